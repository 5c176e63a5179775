import type { Fen } from '../../schemas/money.ts'
import type { Day } from '../../schemas/time.ts'
import type { Form } from '../detector.ts'
import { packTime, unpackTime } from '../kit/parts/packed.ts'
import type { Hit, InstitutionDay } from './pol-19.terms.ts'

type PackedHit = readonly [
  ...[id: string, at: number, admdvs: string],
  ...lines: readonly [sn: string, code: string, expected: number, received: number, amount: Fen][],
]

type PackedDay = readonly [day: Day, drugs: number, settlements?: number, lines?: number, amount?: Fen, ...hits: PackedHit[]]

export const FORM: Form<InstitutionDay> = {
  pack({ day, drugs, settlements, lines, amount, hits }) {
    if (settlements === 0) return [day, drugs]
    const packed = hits.map(({ id, at, admdvs, lines }) => {
      return [id, packTime(at), admdvs, ...lines.map((line) => [line.sn, line.code, line.expected, line.received, line.amount])]
    })
    return [day, drugs, settlements, lines, amount, ...packed]
  },
  unpack([day, drugs, settlements = 0, lines = 0, amount = 0, ...hits]: PackedDay) {
    return { day, drugs, settlements, lines, amount, hits: hits.map(unpackHit) }
  },
}

function unpackHit([id, at, admdvs, ...lines]: PackedHit): Hit {
  const unpacked = lines.map(([sn, code, expected, received, amount]) => ({ sn, code, expected, received, amount }))
  return { id, at: unpackTime(at), admdvs, lines: unpacked }
}
