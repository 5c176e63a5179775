import type { Fen } from '../../schemas/money.ts'
import type { Day } from '../../schemas/time.ts'
import type { Form } from '../detector.ts'
import { packTime, unpackTime } from '../kit/parts/packed.ts'
import type { Settled, Stay, Ward } from './ano-18.terms.ts'

type PackedSettled = readonly [id: string, at: number, begntime: number, endtime: number, mid: 0 | 1, fund: Fen]

export const FORM: Form<Ward> = {
  pack: ({ stays, beds, judged, unannounced, admdvs }) => [
    judged,
    beds,
    unannounced ? 1 : 0,
    admdvs,
    ...Object.entries(stays).map(([visit, { began, ended, ingested, settled }]) => [
      ...[visit, packTime(began), packTime(ended), packTime(ingested)],
      ...settled.flatMap(({ id, at, begntime, endtime, mid, fund }) => {
        return [id, packTime(at), packTime(begntime), packTime(endtime), mid ? 1 : 0, fund]
      }),
    ]),
  ],
  unpack: ([last, beds, flag, admdvs, ...packed]: [
    Day,
    Ward['beds'],
    number,
    string,
    ...[string, number, number, number, ...never[]][],
  ]) => {
    const stays: Record<string, Stay> = {}
    for (const [visit, began, ended, ingested, ...rest] of packed) {
      const settled: Settled[] = []
      for (let i = 0; i < rest.length; i += 6) {
        const [id, at, from, to, mid, fund] = rest.slice(i, i + 6) as unknown as PackedSettled
        const [begntime, endtime] = [unpackTime(from), unpackTime(to)]
        settled.push({ id, at: unpackTime(at), begntime, endtime, mid: mid === 1, fund })
      }
      stays[visit] = { began: unpackTime(began), ended: unpackTime(ended), ingested: unpackTime(ingested), settled }
    }
    return { stays, beds, judged: last, unannounced: flag === 1, admdvs }
  },
}
