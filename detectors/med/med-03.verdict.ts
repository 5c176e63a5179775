import { shareOf, yuan } from '../../schemas/money.ts'
import type { Finding, LineRef } from '../detector.ts'
import { excessOver } from '../kit/bills/excess.ts'
import { leftOver } from '../kit/bills/taken-back.ts'
import { restingOn } from '../kit/parts/remembered.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import type { Evidence, Fault, Kind, Line, Told } from './med-03.terms.ts'

const SHOWN = 100

export interface Placed extends Line {
  readonly settlement: Told
}

/** What remains charged of the lines when later bills of their visit have taken some back. */
export function placedIn(told: readonly Told[]): readonly Placed[] {
  const bills = told.map((settlement) => ({
    settlement,
    charges: settlement.lines.map((line): Placed => ({ settlement, ...line })),
    back: settlement.back,
  }))
  const placed = bills.flatMap(({ charges }) => charges)
  if (bills.every(({ back }) => back.length === 0)) return placed
  const visits = groupBy(bills, ({ settlement }) => settlement.visit)
  const left = new Map(Array.from(visits.values(), (visit) => [...leftOver(visit)]).flat())
  return placed.flatMap((line) => {
    const cnt = left.get(line)
    if (cnt === undefined) return line
    return cnt > 0 ? { ...line, cnt, inscp: shareOf(line.inscp, cnt, line.cnt) } : []
  })
}

export interface Period {
  readonly period: string
  readonly certain: boolean
  readonly faults: readonly Fault[]
  /** By settlement and line. */
  readonly refs: ReadonlyMap<string, LineRef>
  readonly lines: ReadonlySet<Placed>
}

/** Collects what is wrong with a period; a line bears the largest of the amounts that are said of it. */
export class Verdict {
  certain = false
  readonly faults: Fault[] = []
  readonly refs = new Map<string, LineRef>()
  readonly lines = new Set<Placed>()

  add(fault: Fault, lines: readonly Placed[], refs: readonly LineRef[]): void {
    this.faults.push(fault)
    for (const line of lines) this.lines.add(line)
    for (const ref of refs) {
      const name = `${ref.setl_id}|${ref.feedetl_sn}`
      const known = this.refs.get(name)
      const isWorse = !known || ref.vola_item_type < known.vola_item_type
      if (isWorse || (ref.vola_item_type === known.vola_item_type && ref.vola_amt > known.vola_amt)) this.refs.set(name, ref)
    }
  }

  /** More than the limit of what is counted. */
  count(kind: Kind, name: string, limit: number, lines: readonly Placed[]): boolean {
    const excess = excessOver(
      limit,
      lines.map(({ settlement, sn, cnt, inscp }) => ({ setl_id: settlement.id, feedetl_sn: sn, cnt, inscp })),
    )
    if (excess) this.add({ kind, name, total: excess.total, limit }, lines, excess.lines)
    return excess !== undefined
  }

  as(period: string): Period[] {
    const { certain, faults, refs, lines } = this
    return faults.length > 0 ? [{ period, certain, faults, refs, lines }] : []
  }
}

export function findingOn(psn_no: string, { period, certain, faults, refs, lines }: Period): Finding<Evidence> {
  const vola_amt = [...refs.values()].reduce((sum, ref) => sum + ref.vola_amt, 0)
  return {
    subject: { type: 'person', id: psn_no },
    bucket: period,
    result: certain ? 'violation' : 'suspicion',
    severity: 1,
    ...restingOn(
      psn_no,
      Array.from(lines, ({ settlement }) => settlement),
    ),
    vola_amt,
    lines: [...refs.values()],
    count: faults.length,
    evidence: {
      period,
      faults,
      lines: Array.from(lines, ({ settlement, sn, code, cnt }) => {
        return { setl_id: settlement.id, feedetl_sn: sn, med_list_codg: code, cnt }
      }).slice(0, SHOWN),
      vola_amt: yuan(vola_amt),
    },
  }
}
