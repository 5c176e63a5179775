import type { Fen } from '../../schemas/money.ts'
import type { Form } from '../detector.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { type Line, TAGS, type Told } from './med-03.terms.ts'

type PackedLine = readonly [sn: string, code: string, bits: number, at: number, cnt: number, inscp: Fen]
const NOTHING_BACK: Told['back'] = []
const HOURLY = 1 << TAGS.length
const WEEKLY = HOURLY << 1

export const FORM: Form<Told> = {
  pack(told) {
    const lines = told.lines.map(({ sn, code, tags, hourly, weekly, at, cnt, inscp }): PackedLine => {
      const how = (hourly ? HOURLY : 0) | (weekly ? WEEKLY : 0)
      const bits = tags.reduce((all, tag) => all | (1 << TAGS.indexOf(tag)), how)
      return [sn, code, bits, packTime(at), cnt, inscp]
    })
    const operations = told.operations.map(({ code, from, to }) => [code, packTime(from), packTime(to)])
    const packed = [...packHead(told), told.visit, told.end === null ? null : packTime(told.end), told.rank, lines, operations]
    return told.back.length > 0 ? [...packed, told.back] : packed
  },
  unpack(packed) {
    const [, , , visit, end, rank, lines, operations, back = NOTHING_BACK] = packed
    const unpackLine = ([sn, code, bits, at, cnt, inscp]: PackedLine): Line => {
      const tags = TAGS.filter((_, i) => (bits & (1 << i)) !== 0)
      const [hourly, weekly] = [(bits & HOURLY) !== 0, (bits & WEEKLY) !== 0]
      return { sn, code, tags, hourly, weekly, at: unpackTime(at), cnt, inscp }
    }
    return {
      ...{ visit, rank, end: end === null ? null : unpackTime(end), lines: lines.map(unpackLine), back },
      operations: operations.map(([code, from, to]: [string, number, number]) => {
        return { code, from: unpackTime(from), to: unpackTime(to) }
      }),
      ...unpackHead(packed),
    }
  },
}
