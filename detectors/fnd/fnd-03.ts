import { DAY, SECOND } from '../../schemas/time.ts'
import { defineDetector, type Told } from '../detector.ts'
import { peersParts, type Spreads, spreads } from '../kit/parts/peers.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { isAbove } from '../kit/plain/robust.ts'
import { type Ended, endedStays } from '../kit/stays/ended-stays.ts'
import { byDefault } from '../params.ts'
import { TALLY_FORM, type Tally } from './fnd-03.form.ts'

interface Evidence {
  readonly month: string
  readonly discharges: number
  readonly persons: number
  readonly ratio: number
  readonly peers: { readonly institutions: number; readonly median: number; readonly mad: number; readonly limit: number }
  readonly repeaters: readonly { readonly psn_no: string; readonly discharges: number }[]
}

interface Params {
  readonly mads: number
  readonly margin: number
  readonly least_discharges: number
  readonly least_peers: number
}

const ENDED = 'FND-03/ended'
const SHOWN_REPEATERS = 20

function rounded(ratio: number): number {
  return Math.round(ratio * 1000) / 1000
}

/** FND-03 人次人头比: the same persons are admitted again and again, more than at the institution's peers. */
export default defineDetector<Evidence, Params>({
  id: 'FND-03',
  version: 6,
  title: { zh: '人次人头比异常', en: 'Visits per head' },
  category: 'FND',
  result: 'indicator',
  basis: [{ law: '医保协议考核指标', article: '人次人头比' }],
  stages: ['post'],
  behaviour: '分解住院',
  params: {
    mads: byDefault(3, 'median absolute deviations above the median of the peers'),
    margin: byDefault(0.1, 'above the median at least: peers may be very much alike'),
    least_discharges: byDefault(20, 'in the month'),
    least_peers: byDefault(3, 'institutions of the group, this one included'),
  },
  parts: [
    // As long as the months that were told of it.
    endedStays({ topic: ENDED, asCase: true, kept: 26 * 31 * DAY }),
    ...peersParts<Told, Tally, Spreads, Evidence, Params>({
      topic: 'FND-03',
      partialMonths: true,
      on: ['told'],
      hears: [ENDED],
      root: ({ topic, of }) => (topic === ENDED ? of : ''),
      at: ({ values }) => (values as Ended).endtime,
      initial: () => ({ discharges: 0, persons: {} }),
      form: TALLY_FORM,
      count(tally, { values }) {
        const { psn_no, mdtrt_id, names, sign } = values as Ended
        const bills = names.map(([id, at]) => [id, at / SECOND] as const)
        tally.discharges += sign
        const others = (tally.persons[psn_no] ?? []).filter((stay) => stay.mdtrt_id !== mdtrt_id)
        const ended = sign > 0 ? [...others, { mdtrt_id, bills }] : others
        if (ended.length > 0) tally.persons[psn_no] = ended
        else delete tally.persons[psn_no]
      },
      measures({ discharges, persons }, { params }) {
        return discharges >= params.least_discharges ? { ratio: discharges / Object.keys(persons).length } : undefined
      },
      gather: spreads,
      judge({ month, tally, measures, peers }, { params }) {
        const spread = peers.ratio!
        if (spread.n < params.least_peers) return 'SAMPLE_SMALL'
        const ratio = measures.ratio!
        const limit = spread.median + Math.max(params.mads * spread.mad, params.margin)
        if (!isAbove(ratio, limit)) return undefined
        const repeated = Object.entries(tally.persons).filter(([, ended]) => ended.length > 1)
        repeated.sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
        const bills = repeated.flatMap(([, ended]) => ended.flatMap((stay) => stay.bills))
        return {
          result: 'indicator',
          severity: 3,
          vola_amt: 0,
          // The ratio rests on those who came again; what explains them (dialysis, chemotherapy) explains it.
          setl_ids: bills
            .map(([id, second]) => ({ id, at: second * SECOND }))
            .sort(inTime)
            .map(({ id }) => id),
          evidence: {
            month,
            discharges: tally.discharges,
            persons: Object.keys(tally.persons).length,
            ratio: rounded(ratio),
            peers: {
              institutions: spread.n,
              median: rounded(spread.median),
              mad: rounded(spread.mad),
              limit: rounded(limit),
            },
            repeaters: repeated.slice(0, SHOWN_REPEATERS).map(([psn_no, ended]) => ({ psn_no, discharges: ended.length })),
          },
        }
      },
    }),
  ],
  explain({ month, discharges, persons, ratio, peers }, language) {
    return language === 'zh'
      ? `${month}出院${discharges}人次、${persons}人，人次人头比${ratio}，高于同类上限${peers.limit}（中位数${peers.median}）。`
      : `In ${month} ${discharges} discharges of ${persons} persons make ${ratio} per head, above the peers' limit of ${peers.limit} (median ${peers.median}).`
  },
  example: {
    month: '2026-03',
    discharges: 180,
    persons: 120,
    ratio: 1.5,
    peers: { institutions: 9, median: 1.08, mad: 0.03, limit: 1.18 },
    repeaters: [{ psn_no: 'P1', discharges: 4 }],
  },
})
