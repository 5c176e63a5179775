import { isInpatient } from '../../schemas/med-class.ts'
import type { Visit } from '../detector.ts'
import { nationalCode } from '../item-code.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { itemName } from '../kit/items/item-name.ts'
import { itemOf } from '../kit/items/item-of.ts'
import type { Measures, PeersRule } from '../kit/parts/peers.ts'
import { median } from '../kit/plain/robust.ts'
import { isExamination } from './med-06.images.ts'
import type { Evidence, Params } from './med-06.terms.ts'

interface Tally {
  stays: number
  /** Inpatients that had the examination, by the code that its peers have for it too. */
  readonly had: Record<string, number>
}

interface Peers {
  readonly n: number
  /** Of what at least half of somebody's inpatients had. */
  readonly medians: Readonly<Record<string, number>>
}

const COMMON = 0.5

function gather(members: ReadonlyMap<string, Measures>): Peers {
  const all = [...members.values()]
  const common = new Set(all.flatMap((shares) => Object.keys(shares).filter((code) => shares[code]! >= COMMON)))
  const medians = [...common].sort().map((code) => [code, median(all.map((shares) => shares[code] ?? 0))] as const)
  return { n: all.length, medians: Object.fromEntries(medians) }
}

function countStay(tally: Tally, visit: Visit, sign: 1 | -1): void {
  tally.stays += sign
  const lines = chargedLines(visit)
  const had = new Set(
    lines.filter((line, i) => isExamination(itemOf(visit, lines, i), line)).map((line) => nationalCode(line.med_list_codg)),
  )
  for (const code of had) {
    const count = (tally.had[code] ?? 0) + sign
    if (count > 0) tally.had[code] = count
    else delete tally.had[code]
  }
}

function percent(share: number): number {
  return Math.round(share * 1000) / 10
}

/** Examinations that nearly all inpatients of an institution get, and those of its peers do not. */
export const customRule: PeersRule<Visit, Tally, Peers, Evidence, Params> = {
  topic: 'MED-06',
  partialMonths: true,
  name: 'INST',
  on: ['settlement'],
  root: ({ fixmedins_code }) => fixmedins_code,
  at: ({ setl_time }) => setl_time,
  // A stay is counted once, with what its last settlement charges: what an earlier bill had charged was never counted, and so
  // what is taken back of it is nothing here.
  concerns: ({ med_class, mid_setl_flag }) => isInpatient(med_class) && mid_setl_flag !== '1',
  initial: () => ({ stays: 0, had: {} }),
  count: countStay,
  named: ({ setl_id: id, setl_time: at }) => ({ id, at }),
  measures({ stays, had }, { params }) {
    if (stays < params.least_stays) return undefined
    return Object.fromEntries(Object.entries(had).map(([code, count]) => [code, count / stays]))
  },
  gather,
  judge({ month, tally, measures, peers }, { params, reference, at }) {
    if (peers.n < params.least_peers) return 'SAMPLE_SMALL'
    const customs = Object.keys(measures).filter((code) => {
      const typical = peers.medians[code]
      return measures[code]! >= params.share && typical !== undefined && typical <= params.peer_share
    })
    return customs.map((code) => ({
      ...{ bucket: `${month}|${code}`, result: 'suspicion', severity: 3, vola_amt: 0, count: 1 },
      evidence: {
        ...{ kind: 'custom', exams: [], count: tally.stays, limit: percent(params.share), month, med_list_codg: code },
        ...{ days: 0, visit_images: 0, visit_limit: 0 },
        ...{ name: itemName(code, at, reference), share: percent(measures[code]!) },
        ...{ peer_median: percent(peers.medians[code]!), peers: peers.n, vola_amt: 0 },
      },
    }))
  },
}
