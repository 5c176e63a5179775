import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, formatInstant, HOUR } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type LineRef,
  type Step,
  type Told,
  type TraceMove,
  type TraceUse,
} from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { involved, violating } from '../kit/bills/finding.ts'
import { inTime, remembered } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import { Given } from './mgt-18.given-parts.ts'
import { asSold, FORM, type Memory, type Return, type Sale, soldAt } from './mgt-18.memory.ts'

interface Evidence {
  readonly drug_trac_codg: string
  readonly sales: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly fixmedins_code: string
    readonly psn_no: string
    readonly med_list_codg: string
    readonly part: number
    /** How many packs gave this part together. */
    readonly packs: number
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
/** More packs than this on a line are the same as on no other. */
const COMPARED_PACKS = 8

function saleOf(use: TraceUse, { reference }: Pick<Context<Params>, 'reference'>): Sale {
  const { visit, lines, funds, split, beside } = use
  const med_list_codg = lines[0]?.med_list_codg ?? ''
  const paid = lines.map(({ feedetl_sn }, i) => [feedetl_sn, funds[i]!] as const)
  const sale = { psn_no: visit.psn_no, med_list_codg, lines: paid, ...soldBefore(use), ...remembered(visit) }
  if (!split) return { ...sale, part: 1 }
  const units = reference.find('item', med_list_codg, visit.setl_time, visit)?.row.pack_units || 1
  const part = lines.reduce((sum, { cnt }) => sum + cnt, 0) / units
  if (beside.length === 0) return { ...sale, part }
  return { ...sale, part, shared: [beside.length + 1, beside.length < COMPARED_PACKS ? beside.join(' ') : visit.setl_id] }
}

/** A receipt that the agency reimburses is a use of the code like any other, but an earlier one. */
function soldBefore({ visit, lines }: TraceUse): Pick<Sale, 'sold'> | undefined {
  const sold = lines[0]?.fee_ocur_time ?? visit.begntime
  return isAtAgency(visit) && sold !== undefined && sold < visit.setl_time ? { sold } : undefined
}

function fundIn({ lines }: Sale): Fen {
  return lines.reduce((sum, [, fund]) => sum + fund, 0)
}

/** The sales that stand: each return releases the sale it names, else the last one before it at that institution. */
function standing({ sales, returns = [] }: Memory): readonly Sale[] {
  const left = [...sales]
  for (const [at, fixmedins_code, psn_no, setl_id] of returns) {
    const released = left.findLastIndex((sale) => {
      if (setl_id) return sale.id === setl_id
      return soldAt(sale) <= at && sale.fixmedins_code === fixmedins_code && (!psn_no || sale.psn_no === psn_no)
    })
    if (released >= 0) left.splice(released, 1)
  }
  return left
}

/** The sales for which nothing was left of the package, however those with other packs were divided: never the first. */
function oversold(sales: readonly Sale[]): ReadonlySet<Sale> {
  const given = new Given()
  return new Set(
    sales.filter(({ part, shared }, i) => {
      given.add(part, shared)
      return i > 0 && given.least > 1 + ROUNDING
    }),
  )
}

function findingOn(trace: string, sales: readonly Sale[], memory: Memory, params: Params): Finding<Evidence> | undefined {
  const later = oversold(sales)
  const [first, ...others] = [...later].sort(inTime)
  if (!first) return undefined
  const last = others.at(-1) ?? first
  const [count, fund] = memory.beyond ?? [0, 0]
  const occurrences = sales.length + count
  const persons = new Set(sales.map(({ psn_no }) => psn_no)).size
  const institutions = new Set(sales.map(({ fixmedins_code }) => fixmedins_code)).size
  // Nobody scans at the agency: what it reimburses was not scanned twice.
  const settled = [...sales].sort(inTime)
  const quick = settled.at(-1)!.at - settled[0]!.at <= params.double_scan_hours * HOUR
  const scannedTwice = persons === 1 && institutions === 1 && quick && occurrences < params.case_occurrences
  const vola_amt = [...later].reduce((sum, sale) => sum + fundIn(sale), fund)
  const lines = sales.flatMap((sale): LineRef[] => {
    const broke = later.has(sale)
    return sale.lines.map(([feedetl_sn, amount]) =>
      broke ? violating(sale.id, { feedetl_sn }, amount) : involved(sale.id, { feedetl_sn }),
    )
  })
  const { at, psn_no, fixmedins_code, admdvs, insu_admdvs } = last
  return {
    subject: { type: 'trace', id: trace },
    bucket: '',
    result: 'suspicion',
    severity: scannedTwice ? 3 : 1,
    vola_amt,
    setl_ids: settled.map(({ id }) => id),
    lines,
    at,
    first_seen: first.at,
    count: later.size + count,
    ...{ psn_no, fixmedins_code, admdvs, insu_admdvs },
    evidence: {
      drug_trac_codg: trace,
      sales: sales.slice(0, SHOWN_SALES).map((sale) => ({
        ...{ setl_id: sale.id, setl_time: formatInstant(sale.at), fixmedins_code: sale.fixmedins_code },
        ...{ psn_no: sale.psn_no, med_list_codg: sale.med_list_codg, part: sale.part, packs: sale.shared?.[0] ?? 1 },
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
  const newest = Math.max(...memory.sales.map(({ at }) => at), memory.returns?.at(-1)?.[0] ?? NEVER)
  if (newest === NEVER) return { state: undefined, holds: NOTHING_HOLDS }
  const finding = memory.sales.length < 2 ? undefined : findingOn(trace, standing(memory), memory, params)
  const holds = finding ? [finding] : NOTHING_HOLDS
  return { state: memory, holds, tells: toldOf(trace, memory, finding), forgetAt: newest + KEPT }
}

/** Whoever had the package before somebody else got it is told so, and told otherwise when it is no longer so. */
function toldOf(trace: string, { sales }: Memory, finding: Finding<Evidence> | undefined): Told[] | undefined {
  const [first, ...later] = sales
  if (!first || later.length === 0) return undefined
  const resold = finding !== undefined && later.some(({ psn_no }) => psn_no !== first.psn_no)
  const { at, admdvs } = [...sales].sort(inTime).at(-1)!
  return [{ kind: 'told', topic: 'MGT-18/resold', of: first.psn_no, period: trace, at, admdvs, values: resold }]
}

function withSale({ sales, returns, beyond }: Memory, sale: Sale): Memory {
  if (sales.length === 0) return { sales: [sale], returns, beyond }
  const all = [...sales.filter(({ id }) => id !== sale.id), sale].sort(asSold)
  if (all.length <= REMEMBERED_SALES) return { sales: all, returns, beyond }
  const [count, fund] = beyond ?? [0, 0]
  return { sales: all.slice(0, -1), returns, beyond: [count + 1, fund + fundIn(all.at(-1)!)] }
}

function withoutSale({ sales, returns, beyond }: Memory, sale: Sale): Memory {
  const left = sales.filter(({ id }) => id !== sale.id)
  if (left.length < sales.length || !beyond) return { sales: left, returns, beyond }
  return { sales, returns, beyond: [beyond[0] - 1, beyond[1] - fundIn(sale)] }
}

function withReturn({ sales, returns = [], beyond }: Memory, { inventory }: TraceMove): Memory {
  const { time, fixmedins_code, psn_no, setl_id } = inventory
  const back: Return = [time, fixmedins_code, psn_no, setl_id]
  const all = [...returns, back].sort((a, b) => a[0] - b[0] || (a.join() < b.join() ? -1 : 1))
  return { sales, returns: all, beyond }
}

/** MGT-18 追溯码重复: one package, one code, one sale; the code was settled again. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-18',
  version: 4,
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
      concerns: (event: TraceUse | TraceMove) => event.kind === 'traceUse' || event.inventory.inv_type === 'sale_return',
      memoryless: false,
      form: FORM,
      initial: (): Memory => ({ sales: [] }),
      onEvent(memory: Memory, event: TraceUse | TraceMove, context) {
        const sold = event.kind === 'traceUse'
        return judged(event.trace, sold ? withSale(memory, saleOf(event, context)) : withReturn(memory, event), context)
      },
      onVoid(memory: Memory, original: TraceUse, context) {
        const { trace } = original
        const left = withoutSale(memory, saleOf(original, context))
        const step = judged(trace, left, context)
        const isOther = left.sales.length < 2 || left.sales[0]!.psn_no !== memory.sales[0]!.psn_no
        const untold = isOther ? toldOf(trace, memory, undefined) : undefined
        return untold ? { ...step, tells: [...untold, ...(step.tells ?? [])] } : step
      },
    },
  ],
  explain({ drug_trac_codg, occurrences, persons, institutions, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `追溯码${drug_trac_codg}结算${occurrences}次，涉及${persons}人、${institutions}家机构，后续基金${amount}元。`
      : `Trace code ${drug_trac_codg} was settled ${occurrences} times, by ${counted(persons, 'person')} at ${counted(institutions, 'institution')}; the fund paid ${amount} yuan after the first sale.`
  },
  example: {
    drug_trac_codg: '84000000000000000009',
    sales: [
      {
        ...{ setl_id: 'S6', setl_time: '2026-03-04T10:00:00+08:00', fixmedins_code: 'P99010100001', psn_no: 'PSN1' },
        ...{ med_list_codg: 'XA02BCA026E001010100002', part: 1, packs: 1 },
      },
      {
        ...{ setl_id: 'S7', setl_time: '2026-03-05T15:00:00+08:00', fixmedins_code: 'P99010100001', psn_no: 'PSN2' },
        ...{ med_list_codg: 'XA02BCA026E001010100002', part: 1, packs: 1 },
      },
    ],
    occurrences: 2,
    persons: 2,
    institutions: 1,
    institution_case: false,
    vola_amt: 14,
  },
})
