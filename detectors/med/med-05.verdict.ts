import { yuan } from '../../schemas/money.ts'
import { dayOf } from '../../schemas/time.ts'
import type { Finding, LineRef } from '../detector.ts'
import { meansItem, nationalCode } from '../item-code.ts'
import { excessOver, sumOf } from '../kit/bills/excess.ts'
import { violating } from '../kit/bills/finding.ts'
import { isMetBy, keepVisit, type Partner, partnersLeft } from '../kit/bills/partners.ts'
import { leftOver } from '../kit/bills/taken-back.ts'
import { corrected } from '../kit/bills/visit-bills.ts'
import { inTime, restingOn } from '../kit/parts/remembered.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import type { Consumable, Evidence, Told } from './med-05.terms.ts'

interface Placed extends Consumable {
  readonly settlement: Told
}

export function keepOf({ stay }: Told): number {
  return keepVisit(stay)
}

/**
 * Operations that are charged as services: of each bill each code is one for so often as it was charged, and others beside it
 * are its parts and its anaesthesia. Those that later bills took back are none.
 */
function surgeriesLeft(told: readonly Told[]): number {
  const bills = told.map(({ surgeries, back }) => {
    return { charges: surgeries, back: back.map((taken) => ({ ...taken, code: nationalCode(taken.code) })) }
  })
  const left = leftOver(bills)
  return sumOf(
    told.map(({ surgeries }) => {
      const codes = [...groupBy(surgeries, ({ code }) => code).values()]
      return Math.max(0, ...codes.map((same) => sumOf(same.map((one) => left.get(one) ?? one.cnt))))
    }),
  )
}

/** Each operation once, however many settlements of the visit name it; of both knees two are named on one day. */
function operationsIn(partners: readonly Partner[]): number {
  const most = new Map<string, number>()
  for (const { code, day, operation, times } of partners) {
    const name = `${code}|${day}`
    if (operation) most.set(name, Math.max(most.get(name) ?? 0, times))
  }
  return sumOf([...most.values()])
}

/** How often the services that a consumable requires were charged. */
function servicesFor(expected: readonly string[], partners: readonly Partner[]): number {
  const isExpected = ({ code, operation }: Partner) => !operation && expected.some((name) => meansItem(name, code))
  return sumOf(partners.flatMap((partner) => (isExpected(partner) ? [partner.times] : [])))
}

interface Verdict {
  readonly faults: Evidence['faults']
  readonly refs: ReadonlyMap<Placed, LineRef>
}

function verdictOn(told: readonly Told[], partners: readonly Partner[], surgeries: number): Verdict {
  const performed = Math.max(operationsIn(partners), surgeries)
  const placed = told.flatMap((settlement) => settlement.lines.map((one) => ({ settlement, ...one })))
  const refs = new Map<Placed, LineRef>()
  const faults: Evidence['faults'][number][] = []
  for (const [national, used] of groupBy(placed, (one) => nationalCode(one.code))) {
    const { name, code: first } = used[0]!
    const code = used.every((one) => one.code === first) ? first : national
    const cnt = sumOf(used.map((one) => one.cnt))
    const limit = used.find((one) => one.limit)?.limit ?? null
    const expected_any_of = [...new Set(used.flatMap((one) => one.requirements.flatMap(({ any_of }) => any_of)))]
    const operations = Math.max(performed, servicesFor(expected_any_of, partners))
    const max_cnt = limit && limit.max * (limit.per === 'OPERATION' ? Math.max(1, operations) : 1)
    const said = { med_list_codg: code, name, cnt, max_cnt, per: limit?.per ?? null, operations }
    const alone = used.filter((one) => one.requirements.length > 0 && !isMet(one, partners))
    if (alone.length > 0) {
      for (const one of alone) refs.set(one, violating(one.settlement.id, { feedetl_sn: one.sn }, one.inscp))
      faults.push({ kind: 'no_operation', ...said, expected_any_of })
      continue
    }
    const counted = used.map((one) => ({ setl_id: one.settlement.id, feedetl_sn: one.sn, cnt: one.cnt, inscp: one.inscp }))
    const excess = max_cnt === null ? undefined : excessOver(max_cnt, counted)
    if (!excess) continue
    for (let i = 0; i < used.length; i++) refs.set(used[i]!, excess.lines[i]!)
    faults.push({ kind: 'quantity', ...said, expected_any_of })
  }
  return { faults, refs }
}

function isMet({ requirements, at }: Consumable, partners: readonly Partner[]): boolean {
  return isMetBy(requirements, dayOf(at), partners, null)
}

export function findingOn(psn_no: string, told: readonly Told[]): Finding<Evidence> | undefined {
  const surgeries = surgeriesLeft(told)
  const wrongIn = (bills: readonly Told[]) => [
    ...verdictOn(
      bills,
      bills.flatMap(({ partners }) => partners),
      surgeries,
    ).refs.keys(),
  ]
  const charged = corrected<Consumable, Told>(told, wrongIn)
  const isNeeded = (partner: Partner) => charged.some(({ lines }) => lines.some((one) => isMet(one, [partner])))
  const { faults, refs } = verdictOn(charged, partnersLeft(charged, isNeeded), surgeries)
  if (faults.length === 0) return undefined
  const named = [...refs].sort(([a], [b]) => inTime(a.settlement, b.settlement))
  const dear = named.some(([one, { vola_item_type }]) => one.dear && vola_item_type === 1)
  const vola_amt = named.reduce((sum, [, ref]) => sum + ref.vola_amt, 0)
  const resting = restingOn(
    psn_no,
    named.map(([one]) => one.settlement),
  )
  return {
    subject: { type: 'settlement', id: resting.setl_ids.at(-1)! },
    bucket: '',
    result: 'suspicion',
    severity: dear ? 1 : 2,
    ...resting,
    vola_amt,
    count: faults.length,
    lines: named.map(([, ref]) => ref),
    evidence: { faults, dear, vola_amt: yuan(vola_amt) },
  }
}
