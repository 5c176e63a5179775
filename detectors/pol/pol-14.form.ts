import type { Fen } from '../../schemas/money.ts'
import { SECOND } from '../../schemas/time.ts'
import type { Form } from '../detector.ts'
import { packVisit, unpackVisit } from '../kit/bills/visit-bills.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import type { Filled, Given } from './pol-14.terms.ts'

type Packed = readonly [
  ...[generic: string, code: string | 0, days: number, limit: number, bits: number],
  ...[sn: string, secondsBefore: number, cnt: number, inscp: Fen],
]

const [PRESCRIBED, WHOLE] = [1, 2]

/** A drug without a generic name is known by its code; times are told from the settlement's. */
export const FORM: Form<Filled> = {
  pack: (filled) => [
    ...packHead(filled),
    packVisit(filled),
    ...filled.lines.map(({ generic, code, days, limit, prescribed, whole, sn, at, cnt, inscp }): Packed => {
      const bits = (prescribed ? PRESCRIBED : 0) | (whole ? WHOLE : 0)
      return [generic, code === generic ? 0 : code, days, limit, bits, sn, (filled.at - at) / SECOND, cnt, inscp]
    }),
  ],
  unpack(packed) {
    const head = unpackHead(packed)
    const [, , , visit, ...lines] = packed
    const unpackLine = ([generic, code, days, limit, bits, sn, secondsBefore, cnt, inscp]: Packed): Given => ({
      ...{ generic, code: code === 0 ? generic : code, days, limit, sn, cnt, inscp },
      ...{ prescribed: (bits & PRESCRIBED) !== 0, whole: (bits & WHOLE) !== 0 },
      at: head.at - Math.round(secondsBefore * SECOND),
    })
    return { ...unpackVisit(visit), lines: lines.map(unpackLine), ...head }
  },
}
