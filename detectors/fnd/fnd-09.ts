import type { SkipReason } from '../../schemas/errors.ts'
import { type Day, dayOf, formatDay, HOUR, parseDay, startOfDay } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Reversal, type Step, UNCHANGED, type Visit } from '../detector.ts'
import { chargedLines, takenBackBeyond } from '../kit/bills/charged-lines.ts'
import { sumOf } from '../kit/bills/excess.ts'
import { covers } from '../kit/bills/standing.ts'
import { visitIn } from '../kit/bills/visit-in.ts'
import { linesKnownTo } from '../kit/items/known.ts'
import { addId, type FirstIds, namedIds, noIds, removeId } from '../kit/parts/first-ids.ts'
import { dayAfterMonth, monthOf, monthsAfter } from '../kit/plain/calendar.ts'
import { isAtMost } from '../kit/plain/robust.ts'
import { byDefault } from '../params.ts'
import { placeOf } from '../pol/pol-18.procured.ts'
import { tableBit } from '../reference.ts'

/** What an institution has used of one group in one agreed period. */
interface Agreement {
  readonly group: string
  readonly from: Day
  /** Inclusive. */
  readonly to: Day
  readonly qty: number
  /** Quantity used in each month. */
  readonly used: Record<string, number>
  readonly first: FirstIds
  /** Settlements of each month. */
  readonly settled: Record<string, number>
  /** The number of the knowledge with which it was taken up: settlements before it are not counted. */
  readonly since: number
}

interface Progress {
  readonly agreements: Agreement[]
  admdvs: string
  /** The knowledge and the day with which agreements were last looked up. */
  known: string
}

interface Evidence {
  readonly fixmedins_code: string
  readonly vbp_group: string
  readonly from: string
  readonly to: string
  readonly agreed_qty: number
  readonly used_qty: number
  readonly progress: number
  readonly elapsed: number
  readonly limit: number
  /** At the end of each month. */
  readonly curve: readonly { readonly until: string; readonly progress: number; readonly elapsed: number }[]
}

interface Params {
  readonly progress_share: number
  readonly grace_days: number
  readonly unknown_days: number
}

const LATENESS = 72 * HOUR
const VBP = tableBit('vbp')

/** Takes up what the rows that have arrived say the institution has agreed to. */
function agreed(progress: Progress, { root, at, reference }: Context<Params>): boolean {
  const known = `${reference.version}|${dayOf(at)}`
  if (progress.known === known) return false
  progress.known = known
  let news = false
  for (const { id: group, row } of reference.lookup('vbp', root, at, placeOf(root, at, reference))) {
    for (const { fixmedins_code, qty, from, to } of row.agreed ?? []) {
      if (fixmedins_code !== root || !qty || !from || !to) continue
      const period = { group, from: parseDay(from), to: parseDay(to), qty }
      const index = progress.agreements.findIndex((known) => known.group === group && known.from === period.from)
      const known = progress.agreements[index]
      if (known?.qty === qty && known.to === period.to) continue
      news = true
      const begun = known ?? { used: {}, first: noIds(), settled: {}, since: reference.version }
      progress.agreements.splice(index < 0 ? progress.agreements.length : index, 1, { ...begun, ...period })
    }
  }
  return news
}

/** What a line uses of a group, or gives back of what an earlier bill of its visit used: then `cnt` is negative. */
interface Use {
  readonly group: string
  readonly cnt: number
  /** Not before this day was it used. */
  readonly since: Day
}

/** Quantities of selected products; of each line's own day. */
function usedIn(visit: Visit, { reference }: Pick<Context<Params>, 'reference'>): Use[] {
  const feedetail = linesKnownTo(visit, 'vbp')
  const begun = visit.begntime ?? visit.setl_time
  return [...chargedLines({ feedetail }), ...takenBackBeyond({ feedetail })].flatMap(({ med_list_codg, fee_ocur_time, cnt }) => {
    const date = formatDay(dayOf(fee_ocur_time))
    const named = reference.nameIn('vbp', med_list_codg, fee_ocur_time, visit)
    const since = dayOf(Math.min(begun, fee_ocur_time))
    return reference.lookup('vbp', med_list_codg, fee_ocur_time, visit).flatMap(({ id: group, row }): Use[] => {
      const isSelected = (row.selected ?? []).some((one) => one.code === named && covers(one, date))
      return isSelected ? [{ group, cnt, since }] : []
    })
  })
}

function count(progress: Progress, visit: Visit, context: Context<Params>, sign: 1 | -1): boolean {
  const day = dayOf(visit.setl_time)
  const month = monthOf(day)
  const used = usedIn(visit, context)
  let changed = false
  for (const agreement of progress.agreements) {
    if (day < agreement.from || day > agreement.to || agreement.since > context.reference.version) continue
    // The quantities are sums, so that a return needs no bill of its own to be found. But what may have been charged before the
    // agreement began was not counted, and its return takes nothing of what was used since.
    const own = used.filter(({ group, cnt, since }) => group === agreement.group && (cnt > 0 || since >= agreement.from))
    if (own.length === 0) continue
    changed = true
    agreement.used[month] = sumOf([agreement.used[month] ?? 0, ...own.map(({ cnt }) => sign * cnt)])
    agreement.settled[month] = (agreement.settled[month] ?? 0) + sign
    if (sign > 0) addId(agreement.first, visit.setl_id, visit.setl_time)
    else removeId(agreement.first, visit.setl_id)
  }
  return changed
}

interface Point {
  /** The last day that is counted. */
  readonly until: Day
  readonly used: number
  readonly elapsed: number
}

/** The agreement at each end of a month that is closed, and at its own end. */
function pointsOf({ from, to, used }: Agreement, isClosed: (until: Day) => boolean): Point[] {
  const points: Point[] = []
  let sum = 0
  for (let month = monthOf(from); month <= monthOf(to); month = monthsAfter(month, 1)) {
    sum += used[month] ?? 0
    const until = Math.min(dayAfterMonth(month) - 1, to)
    if (!isClosed(until)) break
    points.push({ until, used: Math.round(sum * 1e4) / 1e4, elapsed: (until - from + 1) / (to - from + 1) })
  }
  return points
}

function judged(progress: Progress, context: Context<Params>): Step<Progress, Evidence> {
  const { root, params, watermark, history_from } = context
  const closing = (until: Day) => startOfDay(until + 1) + LATENESS
  let wakeAt: number | undefined
  let skipped: SkipReason | undefined
  const holds: Finding<Evidence>[] = []
  for (const agreement of progress.agreements) {
    if (dayOf(history_from) - agreement.from > params.unknown_days) {
      skipped = 'HISTORY_SHORT'
      continue
    }
    const points = pointsOf(agreement, (until) => closing(until) <= watermark)
    const last = points.at(-1)?.until ?? agreement.from - 1
    if (last < agreement.to) {
      const next = closing(Math.min(dayAfterMonth(monthOf(last + 1)) - 1, agreement.to))
      wakeAt = Math.min(wakeAt ?? next, next)
    }
    const finding = findingOn(root, progress.admdvs, agreement, points, params)
    if (finding) holds.push(finding)
  }
  return { state: progress, holds, wakeAt, skipped }
}

function settledUntil(last: string, settled: Agreement['settled']): number {
  return Object.entries(settled).reduce((sum, [month, count]) => (month <= last ? sum + count : sum), 0)
}

function findingOn(
  fixmedins_code: string,
  admdvs: string,
  { group, from, to, qty, first, settled }: Agreement,
  points: readonly Point[],
  { progress_share, grace_days }: Params,
): Finding<Evidence> | undefined {
  const isBehind = ({ until, used, elapsed }: Point) =>
    until - from >= grace_days && !isAtMost(progress_share * elapsed, used / qty)
  const last = points.at(-1)
  if (!last || !isBehind(last)) return undefined
  const began = points[points.findLastIndex((point) => !isBehind(point)) + 1]!
  const rounded = (share: number) => Math.round(share * 10_000) / 10_000
  return {
    subject: { type: 'institution', id: fixmedins_code },
    // The day on which the institution fell behind: a later run is another matter.
    bucket: `${formatDay(began.until)}|${group}`,
    result: 'indicator',
    severity: 4,
    vola_amt: 0,
    setl_ids: namedIds(first, startOfDay(last.until + 1)),
    setl_count: settledUntil(monthOf(last.until), settled),
    lines: [],
    at: startOfDay(began.until),
    last_seen: startOfDay(last.until),
    ...{ psn_no: '', fixmedins_code, admdvs, insu_admdvs: '' },
    evidence: {
      fixmedins_code,
      vbp_group: group,
      from: formatDay(from),
      to: formatDay(to),
      agreed_qty: qty,
      used_qty: last.used,
      progress: rounded(last.used / qty),
      elapsed: rounded(last.elapsed),
      limit: rounded(progress_share * last.elapsed),
      curve: points.map(({ until, used, elapsed }) => ({
        ...{ until: formatDay(until), progress: rounded(used / qty), elapsed: rounded(elapsed) },
      })),
    },
  }
}

/** FND-09 集采任务进度: an institution uses less of the selected products than it agreed to, for the time that has passed. */
export default defineDetector<Evidence, Params>({
  id: 'FND-09',
  version: 7,
  title: { zh: '集采任务进度', en: 'Progress of agreed purchase volumes' },
  category: 'FND',
  result: 'indicator',
  basis: [{ law: '国家组织药品集中采购规则', article: '完成约定采购量' }],
  stages: ['post'],
  behaviour: '集采未完成约定采购量',
  params: {
    progress_share: byDefault(0.8, 'of the elapsed share of the agreed period'),
    grace_days: byDefault(28, 'after the begin of the period: contracts start late'),
    unknown_days: byDefault(7, 'at the begin of the period that history need not know'),
  },
  parts: [
    {
      name: '',
      on: ['settlement', 'reversal'],
      space: 'institution',
      root: (event: Visit | Reversal) => visitIn(event).fixmedins_code,
      key: () => '',
      memoryless: false,
      owned: true,
      // Whoever agreed to something is counted, also where nothing of it is ever used.
      concerns: (event: Visit | Reversal, { reference }) => (reference.tablesOf(visitIn(event).fixmedins_code) & VBP) !== 0,
      initial: (): Progress => ({ agreements: [], admdvs: '', known: '' }),
      onEvent(progress: Progress, event: Visit | Reversal, context) {
        if (event.kind === 'reversal' && !event.isUnheard) return UNCHANGED
        const visit = visitIn(event)
        const news = agreed(progress, { ...context, at: visit.setl_time })
        progress.admdvs ||= visit.admdvs
        // A settlement that came after its void tells that the institution is there, and nothing of what it used.
        const isUsed = event.kind === 'settlement' && count(progress, visit, context, 1)
        return isUsed || news ? judged(progress, context) : UNCHANGED
      },
      onVoid(progress: Progress, original: Visit, context) {
        return count(progress, original, context, -1) ? judged(progress, context) : UNCHANGED
      },
      onTime: judged,
    },
  ],
  explain({ vbp_group, from, to, agreed_qty, used_qty, progress, elapsed }, language) {
    const percent = (share: number) => `${Math.round(share * 1000) / 10}%`
    return language === 'zh'
      ? `集采${vbp_group}约定量${agreed_qty}，已用${used_qty}，进度${percent(progress)}，时间已过${percent(elapsed)}（${from}至${to}）。`
      : `Of ${agreed_qty} agreed for ${vbp_group} (${from} to ${to}) ${used_qty} were used, ${percent(progress)}, when ${percent(elapsed)} of the time had passed.`
  },
  example: {
    fixmedins_code: 'H99010100001',
    vbp_group: 'VBP-AML',
    from: '2026-01-01',
    to: '2026-12-31',
    agreed_qty: 1000,
    used_qty: 110,
    progress: 0.11,
    elapsed: 0.2466,
    limit: 0.1973,
    curve: [
      { until: '2026-02-28', progress: 0.07, elapsed: 0.1616 },
      { until: '2026-03-31', progress: 0.11, elapsed: 0.2466 },
    ],
  },
})
