import { yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, formatInstant, HOUR, type Instant } from '../../schemas/time.ts'
import {
  type Context,
  type Finding,
  type Part,
  type Step,
  type Told,
  type TraceMove,
  type TraceUse,
  UNCHANGED,
} from '../detector.ts'
import { violating } from '../kit/bills/finding.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import type { Sale } from './mgt-20.sold-packages.ts'
import { CHECK, type Coverage, type Evidence, isReceipt, LATENESS, type Params, RESULT, told, VERDICT } from './mgt-20.terms.ts'

/** What is known of one package at one institution. */
interface Package {
  /** When the institution received it, oldest first. */
  readonly receipts: readonly Instant[]
  /** When a stocktaking found it there, oldest first: it shows that the package had come, not when. */
  readonly found: readonly Instant[]
  /** Sales before which it was not received. */
  readonly sales: readonly Sale[]
  /** Days whose sales of it were found missing, with the share of codes that were not. */
  readonly missing: Readonly<Record<Day, Coverage>>
}

/** So long after its last sale a package is remembered. */
const KEPT = 400 * DAY
/** A package lies unsold no longer than it keeps: of nearly all drugs three years. */
const SHELF_LIFE = 1_100 * DAY
const NOTHING: Package = { receipts: [], found: [], sales: [], missing: {} }

/** @param soldAt when it was sold as it should be, where that is certain: such sales are not remembered */
function judged(memory: Package, context: Context<Params>, soldAt?: Instant): Step<Package, Evidence> {
  const { receipts, found, sales } = memory
  const newest = Math.max(receipts.at(-1) ?? 0, found.at(-1) ?? 0, sales.at(-1)?.at ?? 0)
  if (newest === 0) return { state: undefined, holds: NOTHING_HOLDS }
  const holds = sales.length === 0 ? NOTHING_HOLDS : findingsOn(memory, context)
  const isUnsold = sales.length === 0 && soldAt === undefined
  return { state: memory, holds, forgetAt: isUnsold ? newest + SHELF_LIFE : Math.max(newest, soldAt ?? 0) + KEPT }
}

/** One for each day of sale that comes before the package, or without it. */
function findingsOn({ receipts, sales, missing }: Package, { params }: Context<Params>): Finding<Evidence>[] {
  return [...groupBy(sales, ({ at }) => dayOf(at))].flatMap(([day, group]) => {
    const [received] = receipts
    const named = received === undefined ? group : group.filter(({ at }) => at < received - params.early_hours * HOUR)
    const coverage = missing[day]
    if (named.length === 0 || (received === undefined && !coverage)) return []
    return [findingOn(day, named, received, received === undefined ? coverage! : null)]
  })
}

function findingOn(
  day: Day,
  sales: readonly Sale[],
  received: Instant | undefined,
  coverage: Coverage | null,
): Finding<Evidence> {
  const [first, last] = [sales[0]!, sales.at(-1)!]
  const { trace, psn_no, fixmedins_code, admdvs, insu_admdvs } = last
  const settled = sales.filter(({ id }) => id !== '')
  const lines = settled.map((sale) => violating(sale.id, sale, sale.fund))
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  return {
    subject: { type: 'trace', id: trace },
    bucket: `${formatDay(day)}|${fixmedins_code}`,
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: settled.map(({ id }) => id),
    lines,
    at: last.at,
    first_seen: first.at,
    count: sales.length,
    ...{ psn_no, fixmedins_code, admdvs, insu_admdvs },
    evidence: {
      drug_trac_codg: trace,
      fixmedins_code,
      sales: sales.map(({ id, at, psn_no, med_list_codg }) => ({
        setl_id: id,
        setl_time: formatInstant(at),
        psn_no,
        med_list_codg,
      })),
      received: received === undefined ? null : formatInstant(received),
      hours: received === undefined ? null : Math.round((received - first.at) / (HOUR / 10)) / 10,
      coverage: coverage && { ...coverage, rate: Math.round((coverage.covered / coverage.codes) * 1000) / 10 },
      vola_amt: yuan(vola_amt),
    },
  }
}

function isFind({ inventory }: TraceMove): boolean {
  return inventory.inv_type === 'stock'
}

/** The packages of institutions that send receipts: when they came, and what was sold before. */
export const packages: Part<TraceUse | TraceMove | Told, Package, Evidence, Params> = {
  name: '',
  on: ['traceUse', 'traceMove', 'told'],
  hears: [CHECK, VERDICT],
  space: 'trace',
  root: (event) => {
    if (event.kind !== 'told') return event.trace
    return event.topic === CHECK || event.topic === VERDICT ? event.of : ''
  },
  key: (event) => {
    if (event.kind === 'traceUse') return event.visit.fixmedins_code
    if (event.kind === 'traceMove') return event.inventory.fixmedins_code
    const { sale, institution } = event.values as { sale?: Sale; institution?: string }
    return sale?.fixmedins_code ?? institution ?? ''
  },
  // A sale is told of when its day is over; here only its reversal is heard.
  concerns: (event) => event.kind === 'told' || (event.kind === 'traceMove' && (isReceipt(event.inventory) || isFind(event))),
  memoryless: false,
  initial: () => NOTHING,
  onEvent(memory, event, context) {
    if (event.kind === 'traceUse') return UNCHANGED
    if (event.kind === 'traceMove') {
      const { time } = event.inventory
      const among = (times: readonly Instant[]) => [...new Set([...times, time])].sort((a, b) => a - b)
      const { receipts, found } = memory
      const known = isFind(event) ? { receipts, found: among(found) } : { receipts: among(receipts), found }
      return judged({ ...memory, ...known }, context)
    }
    const day = Number(event.period)
    if (event.topic === VERDICT) {
      const { coverage } = event.values as { coverage: Coverage }
      return judged({ ...memory, missing: { ...memory.missing, [day]: coverage } }, context)
    }
    const { sale, final } = event.values as { sale: Sale; final: boolean }
    return checked(memory, sale, final, day, context)
  },
  onVoid(memory, original, context) {
    const { setl_id } = (original as TraceUse).visit
    const sales = memory.sales.filter(({ id }) => id !== setl_id)
    return sales.length === memory.sales.length ? UNCHANGED : judged({ ...memory, sales }, context)
  },
}

function checked(memory: Package, sale: Sale, final: boolean, day: Day, context: Context<Params>): Step<Package, Evidence> {
  const { early_hours, wait_days } = context.params
  const [received] = memory.receipts
  const wasThere = memory.found.some((at) => at <= sale.at)
  const isInTime = wasThere || (received !== undefined && received <= sale.at + early_hours * HOUR)
  const sales = isInTime
    ? memory.sales
    : [...memory.sales.filter(({ id, at }) => id !== sale.id || at !== sale.at), sale].sort(inTime)
  const step = judged({ ...memory, sales }, context, final && isInTime ? sale.at : undefined)
  if (!final) return step
  // Receipts of which this look knows for certain, however late they were sent.
  const covered = wasThere || (received !== undefined && received <= sale.at + wait_days * DAY - LATENESS)
  return { ...step, tells: [told(RESULT, sale.fixmedins_code, day, context.at, { trace: sale.trace, covered })] }
}
