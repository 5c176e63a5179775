import { isPharmacy, type MedClass } from '../../schemas/med-class.ts'
import { type Fen, yuan } from '../../schemas/money.ts'
import { dayOf } from '../../schemas/time.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { type Measures, peersParts, type Spreads, spreads } from '../kit/parts/peers.ts'
import { firstDayOf, monthsAfter } from '../kit/plain/calendar.ts'
import { isAbove } from '../kit/plain/robust.ts'
import { byDefault } from '../params.ts'

/** The bills of one class of care. */
interface Bills {
  fee: Fen
  part: Fen
}

interface Tally {
  n: number
  fee: Fen
  part: Fen
  readonly classes: Partial<Record<MedClass, Bills>>
  /** Squares and products of fees and personal parts in whole yuan: how much of the ratio is chance. */
  readonly squares: { fee: number; part: number; both: number }
  /** What persons paid outside the list, above price limits, and in advance of the fund's share. */
  outside: Fen
  over_limit: Fen
  first_part: Fen
}

interface Evidence {
  readonly month: string
  readonly settlements: number
  readonly medfee: number
  readonly psn_part: number
  readonly ratio: number
  readonly peers: { readonly institutions: number; readonly median: number; readonly mad: number; readonly limit: number } | null
  /** The month before, and how far the ratio rose; `null` where it is not known. */
  readonly before: { readonly month: string; readonly ratio: number; readonly rise: number } | null
  readonly above_peers: boolean
  readonly rose: boolean
  /** What the personal part consists of, as shares of the fee. */
  readonly self_paid: { readonly outside_list: number; readonly above_limit: number; readonly paid_first: number }
}

interface Params {
  readonly mads: number
  readonly peer_margin: number
  readonly rise: number
  readonly errors: number
  readonly least_settlements: number
  readonly least_peers: number
}

/** How far the ratio would scatter by chance (linearised ratio of sums). */
function standardError({ fee, part, squares }: Tally): number {
  const [x, y] = [yuan(fee), yuan(part)]
  const ratio = y / x
  return Math.sqrt(Math.max(0, squares.part - 2 * ratio * squares.both + ratio * ratio * squares.fee)) / x
}

/** The ratio, its error, and of each class its ratio and its share of the fees. */
function measuresOf(tally: Tally): Measures {
  const classes = Object.entries(tally.classes).filter(([, { fee }]) => fee > 0)
  const shares = classes.flatMap(([name, { fee, part }]) => [
    [`ratio:${name}`, part / fee] as const,
    [`share:${name}`, fee / tally.fee] as const,
  ])
  return { ratio: tally.part / tally.fee, error: standardError(tally), ...Object.fromEntries(shares) }
}

/** What the ratio would be if each class had the ratio it has elsewhere or had before: another mix of care is no shift. */
function expectedRatio(own: Measures, ratioOf: (name: string) => number | undefined): number {
  const classes = Object.keys(own).filter((name) => name.startsWith('share:'))
  return classes.reduce((sum, share) => {
    const name = share.replace('share:', 'ratio:')
    return sum + own[share]! * (ratioOf(name) ?? own[name]!)
  }, 0)
}

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000
}

/** FND-04 个人负担比: persons bear more of an institution's bills than at its peers, or suddenly more than before (转嫁). */
export default defineDetector<Evidence, Params>({
  id: 'FND-04',
  version: 4,
  title: { zh: '个人负担比异常', en: 'Personal burden ratio' },
  category: 'FND',
  result: 'indicator',
  basis: [{ law: '医保协议考核指标', article: '个人负担比' }],
  stages: ['post'],
  behaviour: '转嫁住院费用',
  params: {
    mads: byDefault(3, 'median absolute deviations above the median of the peers'),
    peer_margin: byDefault(0.05, 'above the median at least: peers may be very much alike'),
    rise: byDefault(0.05, 'against the month before'),
    errors: byDefault(3, 'standard errors that a difference must exceed'),
    least_settlements: byDefault(20, 'in the month, and in the month before'),
    least_peers: byDefault(3, 'institutions of the group, this one included'),
  },
  parts: peersParts<Visit, Tally, Spreads, Evidence, Params>({
    topic: 'FND-04',
    partialMonths: true,
    on: ['settlement'],
    root: ({ fixmedins_code }) => fixmedins_code,
    at: ({ setl_time }) => setl_time,
    // At a pharmacy people pay as they choose.
    concerns: ({ psn_part_amt, medfee_sumamt, med_class }) =>
      psn_part_amt !== undefined && medfee_sumamt > 0 && !isPharmacy(med_class),
    initial: () => {
      const squares = { fee: 0, part: 0, both: 0 }
      return { n: 0, fee: 0, part: 0, classes: {}, squares, outside: 0, over_limit: 0, first_part: 0 }
    },
    count(tally, visit, sign) {
      const { med_class, medfee_sumamt, psn_part_amt = 0 } = visit
      const { fulamt_ownpay_amt = 0, overlmt_selfpay = 0, preselfpay_amt = 0 } = visit
      tally.n += sign
      tally.fee += sign * medfee_sumamt
      tally.part += sign * psn_part_amt
      tally.classes[med_class] ??= { fee: 0, part: 0 }
      tally.classes[med_class].fee += sign * medfee_sumamt
      tally.classes[med_class].part += sign * psn_part_amt
      const [fee, part] = [Math.round(yuan(medfee_sumamt)), Math.round(yuan(psn_part_amt))]
      tally.squares.fee += sign * fee * fee
      tally.squares.part += sign * part * part
      tally.squares.both += sign * fee * part
      tally.outside += sign * fulamt_ownpay_amt
      tally.over_limit += sign * overlmt_selfpay
      tally.first_part += sign * preselfpay_amt
    },
    named: ({ setl_id: id, setl_time: at }) => ({ id, at }),
    measures: (tally, { params }) => (tally.n >= params.least_settlements ? measuresOf(tally) : undefined),
    gather: spreads,
    before: 1,
    judge({ month, tally, measures, peers, before }, { params, history_from }) {
      const [ratio, error] = [measures.ratio!, measures.error!]
      const spread = peers.ratio
      const known = spread !== undefined && spread.n >= params.least_peers
      const allowed = known
        ? Math.max(params.mads * spread.mad, params.peer_margin, params.errors * error)
        : Number.POSITIVE_INFINITY
      const limit = known ? spread.median + allowed : Number.POSITIVE_INFINITY
      const last = before.find((earlier) => earlier.month === monthsAfter(month, -1))
      const rise = last ? ratio - last.measures.ratio! : 0
      const usual = expectedRatio(measures, (name) => peers[name]?.median)
      const above_peers = isAbove(ratio, limit) && isAbove(ratio - usual, allowed)
      const unchanged = last ? expectedRatio(measures, (name) => last.measures[name]) : ratio
      const chance = params.errors * Math.hypot(error, last?.measures.error ?? 0)
      const rose = isAbove(Math.min(rise, ratio - unchanged), Math.max(params.rise, chance))
      if (!above_peers && !rose) {
        if (known) return undefined
        return firstDayOf(monthsAfter(month, -1)) < dayOf(history_from) ? 'HISTORY_SHORT' : 'SAMPLE_SMALL'
      }
      const share = (part: Fen) => rounded(part / tally.fee)
      return {
        result: 'indicator',
        severity: 3,
        vola_amt: 0,
        evidence: {
          month,
          settlements: tally.n,
          medfee: yuan(tally.fee),
          psn_part: yuan(tally.part),
          ratio: rounded(ratio),
          peers: known
            ? { institutions: spread.n, median: rounded(spread.median), mad: rounded(spread.mad), limit: rounded(limit) }
            : null,
          before: last ? { month: last.month, ratio: rounded(last.measures.ratio!), rise: rounded(rise) } : null,
          above_peers,
          rose,
          self_paid: {
            outside_list: share(tally.outside),
            above_limit: share(tally.over_limit),
            paid_first: share(tally.first_part),
          },
        },
      }
    },
  }),
  explain({ month, settlements, ratio, peers, before, above_peers, rose }, language) {
    const points = (share: number) => Math.round(share * 1000) / 10
    const percent = (share: number) => `${points(share)}%`
    if (language === 'zh') {
      const above = above_peers && peers ? `，高于同类上限${percent(peers.limit)}（中位数${percent(peers.median)}）` : ''
      const up = rose && before ? `，比上月升${points(before.rise)}个百分点` : ''
      return `${month}共${settlements}人次，个人负担比${percent(ratio)}${up}${above}。`
    }
    const above =
      above_peers && peers ? `, above the peers' limit of ${percent(peers.limit)} (median ${percent(peers.median)})` : ''
    const up = rose && before ? `, ${points(before.rise)} percentage points more than in ${before.month}` : ''
    return `In ${month} persons bore ${percent(ratio)} of the fees of ${settlements} settlements${up}${above}.`
  },
  example: {
    month: '2026-03',
    settlements: 1200,
    medfee: 600_000,
    psn_part: 270_000,
    ratio: 0.45,
    peers: { institutions: 12, median: 0.31, mad: 0.02, limit: 0.37 },
    before: { month: '2026-02', ratio: 0.36, rise: 0.09 },
    above_peers: true,
    rose: true,
    self_paid: { outside_list: 0.2, above_limit: 0.01, paid_first: 0.04 },
  },
})
