import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, formatInstant, HOUR, type Instant } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type LineRef,
  type Step,
  type TraceMove,
  type TraceUse,
} from '../detector.ts'
import { fundOf, involved, violating } from '../kit/finding.ts'
import { byDefault } from '../params.ts'

/**
 * One sale of the code. A tuple, because every package ever sold is remembered and nearly all are sold once: names would
 * be half of the memory.
 */
type Sale = readonly [
  setl_id: string,
  at: Instant,
  psn_no: string,
  fixmedins_code: string,
  admdvs: string,
  insu_admdvs: string,
  med_list_codg: string,
  /** Part of the package that was sold: 1, or of a split pack its units. */
  part: number,
  lines: readonly (readonly [feedetl_sn: string, fund: Fen])[],
]

/** A 3506 return: it releases the code, as a void does. */
type Return = readonly [at: Instant, fixmedins_code: string, psn_no: string, setl_id: string]

interface Memory {
  /** By time and id. */
  readonly sales: readonly Sale[]
  readonly returns?: readonly Return[]
  /** Sales beyond those remembered: how many, and their fund share. */
  readonly beyond?: readonly [count: number, fund: Fen]
}

interface Evidence {
  readonly drug_trac_codg: string
  readonly sales: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly fixmedins_code: string
    readonly psn_no: string
    readonly med_list_codg: string
    readonly part: number
  }[]
  readonly occurrences: number
  readonly persons: number
  readonly institutions: number
  /** Three uses and more call for a case against the institution. */
  readonly institution_case: boolean
  readonly vola_amt: number
}

interface Params {
  readonly double_scan_hours: number
  readonly case_occurrences: number
}

/** Somebody who types one code for every box would make one memory grow for ever; an alert names 500 settlements. */
const REMEMBERED_SALES = 600
const SHOWN_SALES = 50
/** Three years and the lateness of inventory events. */
const KEPT = (3 * 366 + 3) * DAY
const NEVER = Number.NEGATIVE_INFINITY
/** Parts of a pack are quotients. */
const ROUNDING = 1e-9

function saleOf({ visit, lines, split }: TraceUse, { reference }: Pick<Context<Params>, 'reference'>): Sale {
  const { setl_id, setl_time, psn_no, fixmedins_code, admdvs, insu_admdvs } = visit
  const code = lines[0]?.med_list_codg ?? ''
  const units = reference.find('item', code, setl_time, visit)?.row.pack_units
  const sold = lines.reduce((sum, line) => {
    const codes = visit.drug_trac_info.filter((row) => row.feedetl_sn === line.feedetl_sn).length
    return sum + line.cnt / Math.max(1, codes)
  }, 0)
  const part = split ? sold / (units || 1) : 1
  const funds = lines.map((line) => [line.feedetl_sn, fundOf(visit, line)] as const)
  return [setl_id, setl_time, psn_no, fixmedins_code, admdvs, insu_admdvs, code, part, funds]
}

function byTime(a: readonly [string, Instant, ...unknown[]], b: readonly [string, Instant, ...unknown[]]): number {
  return a[1] - b[1] || (a[0] < b[0] ? -1 : 1)
}

function fundIn([, , , , , , , , lines]: Sale): Fen {
  return lines.reduce((sum, [, fund]) => sum + fund, 0)
}

/** The sales that stand: each return releases the sale it names, else the last one before it at that institution. */
function standing({ sales, returns = [] }: Memory): readonly Sale[] {
  const left = [...sales]
  for (const [at, fixmedins_code, psn_no, setl_id] of returns) {
    const released = left.findLastIndex((sale) => {
      if (setl_id) return sale[0] === setl_id
      return sale[1] <= at && sale[3] === fixmedins_code && (!psn_no || sale[2] === psn_no)
    })
    if (released >= 0) left.splice(released, 1)
  }
  return left
}

/** The sales for which nothing was left of the package: never the first. */
function oversold(sales: readonly Sale[]): ReadonlySet<Sale> {
  let sold = 0
  return new Set(
    sales.filter(([, , , , , , , part], i) => {
      sold += part
      return i > 0 && sold > 1 + ROUNDING
    }),
  )
}

function findingOn(trace: string, sales: readonly Sale[], memory: Memory, params: Params): Finding<Evidence> | undefined {
  const later = oversold(sales)
  const [first] = later
  if (!first) return undefined
  const last = [...later].at(-1)!
  const [count, fund] = memory.beyond ?? [0, 0]
  const occurrences = sales.length + count
  const [persons, institutions] = [new Set(sales.map((sale) => sale[2])).size, new Set(sales.map((sale) => sale[3])).size]
  const quick = last[1] - sales[0]![1] <= params.double_scan_hours * HOUR
  const scannedTwice = persons === 1 && institutions === 1 && quick && occurrences < params.case_occurrences
  const vola_amt = [...later].reduce((sum, sale) => sum + fundIn(sale), fund)
  const lines = sales.flatMap((sale): LineRef[] => {
    const [setl_id, , , , , , , , funds] = sale
    const broke = later.has(sale)
    return funds.map(([feedetl_sn, amount]) =>
      broke ? violating(setl_id, { feedetl_sn }, amount) : involved(setl_id, { feedetl_sn }),
    )
  })
  const [, at, psn_no, fixmedins_code, admdvs, insu_admdvs] = last
  return {
    subject: { type: 'trace', id: trace },
    bucket: '',
    result: 'suspicion',
    severity: scannedTwice ? 3 : 1,
    vola_amt,
    setl_ids: sales.map(([setl_id]) => setl_id),
    lines,
    at,
    first_seen: first[1],
    count: later.size + count,
    ...{ psn_no, fixmedins_code, admdvs, insu_admdvs },
    evidence: {
      drug_trac_codg: trace,
      sales: sales.slice(0, SHOWN_SALES).map(([setl_id, time, person, institution, , , med_list_codg, part]) => ({
        ...{ setl_id, setl_time: formatInstant(time), fixmedins_code: institution, psn_no: person, med_list_codg, part },
      })),
      occurrences,
      persons,
      institutions,
      institution_case: occurrences >= params.case_occurrences,
      vola_amt: yuan(vola_amt),
    },
  }
}

function judged(trace: string, memory: Memory, { params }: Context<Params>): Step<Memory, Evidence> {
  const newest = Math.max(memory.sales.at(-1)?.[1] ?? NEVER, memory.returns?.at(-1)?.[0] ?? NEVER)
  if (newest === NEVER) return { state: undefined, holds: [] }
  const sales = memory.sales.length < 2 ? [] : standing(memory)
  const finding = findingOn(trace, sales, memory, params)
  return { state: memory, holds: finding ? [finding] : [], forgetAt: newest + KEPT }
}

function withSale(memory: Memory, sale: Sale): Memory {
  const sales = [...memory.sales.filter(([setl_id]) => setl_id !== sale[0]), sale].sort(byTime)
  if (sales.length <= REMEMBERED_SALES) return { ...memory, sales }
  const [count, fund] = memory.beyond ?? [0, 0]
  return { ...memory, sales: sales.slice(0, -1), beyond: [count + 1, fund + fundIn(sales.at(-1)!)] }
}

function withoutSale(memory: Memory, sale: Sale): Memory {
  const sales = memory.sales.filter(([setl_id]) => setl_id !== sale[0])
  if (sales.length < memory.sales.length || !memory.beyond) return { ...memory, sales }
  return { ...memory, beyond: [memory.beyond[0] - 1, memory.beyond[1] - fundIn(sale)] }
}

function withReturn(memory: Memory, { inventory }: TraceMove): Memory {
  const { time, fixmedins_code, psn_no, setl_id } = inventory
  const back: Return = [time, fixmedins_code, psn_no, setl_id]
  const returns = [...(memory.returns ?? []), back].sort((a, b) => a[0] - b[0] || (a.join() < b.join() ? -1 : 1))
  return { ...memory, returns }
}

/** MGT-18 追溯码重复: one package, one code, one sale; the code was settled again. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-18',
  version: 1,
  title: { zh: '追溯码重复', en: 'Trace code sold more than once' },
  category: 'MGT',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '40' },
    { law: '医疗保障基金使用监督管理条例', article: '41' },
  ],
  stages: ['mid'],
  behaviour: '为转卖药品提供便利',
  params: {
    double_scan_hours: byDefault(24, 'one person at one institution within this time: probably scanned twice'),
    case_occurrences: byDefault(3, 'uses that call for a case against the institution'),
  },
  parts: [
    {
      name: '',
      on: ['traceUse', 'traceMove'],
      space: 'trace',
      root: (event: TraceUse | TraceMove) => event.trace,
      key: () => '',
      memoryless: false,
      initial: (): Memory => ({ sales: [] }),
      onEvent(memory: Memory, event: TraceUse | TraceMove, context) {
        if (event.kind === 'traceUse') return judged(event.trace, withSale(memory, saleOf(event, context)), context)
        const isReturn = event.inventory.inv_type === 'sale_return'
        return judged(event.trace, isReturn ? withReturn(memory, event) : memory, context)
      },
      onVoid: (memory: Memory, original: TraceUse, context) =>
        judged(original.trace, withoutSale(memory, saleOf(original, context)), context),
    },
  ],
  explain({ drug_trac_codg, occurrences, persons, institutions, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `追溯码${drug_trac_codg}结算${occurrences}次，涉及${persons}人、${institutions}家机构，后续基金${amount}元。`
      : `Trace code ${drug_trac_codg} was settled ${occurrences} times, by ${persons} person(s) at ${institutions} institution(s); the fund paid ${amount} yuan after the first sale.`
  },
  example: {
    drug_trac_codg: '84000000000000000009',
    sales: [
      {
        ...{ setl_id: 'S6', setl_time: '2026-03-04T10:00:00+08:00', fixmedins_code: 'P99010100001', psn_no: 'PSN1' },
        ...{ med_list_codg: 'XA02BCA026E001010100002', part: 1 },
      },
      {
        ...{ setl_id: 'S7', setl_time: '2026-03-05T15:00:00+08:00', fixmedins_code: 'P99010100001', psn_no: 'PSN2' },
        ...{ med_list_codg: 'XA02BCA026E001010100002', part: 1 },
      },
    ],
    occurrences: 2,
    persons: 2,
    institutions: 1,
    institution_case: false,
    vola_amt: 14,
  },
})
