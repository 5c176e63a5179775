import { isPharmacy } from '../../schemas/med-class.ts'
import type { Fen } from '../../schemas/money.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { isFixedPrice } from '../kit/care/fixed-price.ts'
import { peersParts, type Spreads, spreads } from '../kit/parts/peers.ts'
import { isAbove } from '../kit/plain/robust.ts'
import { byDefault } from '../params.ts'

interface Tally {
  settlements: number
  whole: number
  /** Settlements whose amount begins with 1, 2, ... 9. */
  readonly digits: number[]
}

interface Evidence {
  readonly month: string
  readonly settlements: number
  /** Shares of first digits 1 to 9, per cent. */
  readonly digits: readonly number[]
  /** Mean absolute deviation from Benford's law. */
  readonly mad: number
  /** Whether it is more than conforms. */
  readonly deviates: boolean
  readonly whole_share: number
  /** What the peers' middle is where the own share is far above it, else `null`. */
  readonly peer_share: number | null
  readonly peers: number
}

interface Params {
  readonly settlements: number
  readonly mad: number
  readonly mad_factor: number
  readonly mad_peers: number
  readonly whole_factor: number
  readonly whole_share: number
  readonly peers: number
}

/** Multiples of a hundred yuan. */
const WHOLE: Fen = 100_00
const BENFORD = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => Math.log10(1 + 1 / digit))

function firstDigit(amount: Fen): number {
  let rest = amount
  while (rest >= 10) rest = Math.floor(rest / 10)
  return rest
}

function deviationOf({ settlements, digits }: Tally): number {
  return BENFORD.reduce((sum, share, i) => sum + Math.abs(digits[i]! / settlements - share), 0) / BENFORD.length
}

const percent = (share: number) => Math.round(share * 1000) / 10

/** ANO-12 整额/本福特偏离: a month's amounts are not such as business brings forth. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-12',
  version: 5,
  title: { zh: '整额/本福特偏离', en: 'Round amounts and Benford deviation' },
  category: 'ANO',
  result: 'indicator',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '16' }],
  stages: ['post'],
  behaviour: '伪造变造资料',
  params: {
    settlements: byDefault(500, 'months with fewer say nothing'),
    mad: byDefault(0.015, "more than this mean deviation from Benford's shares does not conform"),
    mad_factor: byDefault(1.5, "and more than this times the peers' middle one: amounts that deviate everywhere are no clue"),
    mad_peers: byDefault(2, 'institutions of the group, this one included, whose middle counts'),
    whole_factor: byDefault(3, "times the middle share of multiples of a hundred yuan at the institution's peers"),
    whole_share: byDefault(0.05, 'and at least this share: peers may have none at all'),
    peers: byDefault(3, 'institutions of the group, this one included'),
  },
  parts: peersParts<Visit, Tally, Spreads, Evidence, Params>({
    topic: 'ANO-12',
    partialMonths: true,
    on: ['settlement'],
    root: ({ fixmedins_code }) => fixmedins_code,
    at: ({ setl_time }) => setl_time,
    // Pharmacies sell at fixed prices: their amounts follow no law of numbers.
    concerns: (visit) => !isPharmacy(visit.med_class) && visit.medfee_sumamt > 0 && !isFixedPrice(visit),
    initial: () => ({ settlements: 0, whole: 0, digits: [0, 0, 0, 0, 0, 0, 0, 0, 0] }),
    count(tally, { medfee_sumamt }, sign) {
      tally.settlements += sign
      if (medfee_sumamt % WHOLE === 0) tally.whole += sign
      tally.digits[firstDigit(medfee_sumamt) - 1]! += sign
    },
    named: ({ setl_id: id, setl_time: at }) => ({ id, at }),
    measures: (tally, { params }) =>
      tally.settlements >= params.settlements ? { whole: tally.whole / tally.settlements, mad: deviationOf(tally) } : undefined,
    gather: spreads,
    judge({ month, tally, measures, peers }, { params }) {
      const mad = measures.mad!
      const share = measures.whole!
      const { n, median } = peers.whole ?? { n: 0, median: 0 }
      const usualMad = n >= params.mad_peers ? peers.mad!.median : 0
      const deviates = isAbove(mad, params.mad) && isAbove(mad, params.mad_factor * usualMad)
      const isRound = n >= params.peers && isAbove(share, params.whole_factor * median) && share >= params.whole_share
      if (!deviates && !isRound) return undefined
      return {
        result: 'indicator',
        severity: 4,
        vola_amt: 0,
        count: tally.settlements,
        evidence: {
          month,
          settlements: tally.settlements,
          digits: tally.digits.map((count) => percent(count / tally.settlements)),
          mad: Math.round(mad * 1e4) / 1e4,
          deviates,
          whole_share: percent(share),
          peer_share: isRound ? percent(median) : null,
          peers: n,
        },
      }
    },
  }),
  explain({ month, settlements, mad, deviates, whole_share, peer_share }, language) {
    const zh = language === 'zh'
    const said: string[] = []
    if (deviates) said.push(zh ? `首位数字偏离本福特分布${mad}` : `first digits deviate from Benford's law by ${mad}`)
    if (peer_share !== null)
      said.push(
        zh ? `整百元占${whole_share}%，同类${peer_share}%` : `${whole_share} % whole hundreds, ${peer_share} % at the peers`,
      )
    return zh
      ? `${month}结算${settlements}笔：${said.join('；')}。`
      : `In ${month} ${settlements} settlements: ${said.join('; ')}.`
  },
  example: {
    month: '2026-03',
    settlements: 820,
    digits: [24.1, 15.2, 12.4, 10.1, 9.8, 8.6, 7.9, 6.4, 5.5],
    mad: 0.0186,
    deviates: true,
    whole_share: 8.2,
    peer_share: 1.1,
    peers: 6,
  },
})
