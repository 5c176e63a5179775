import type { Fen } from '../../schemas/money.ts'
import type { Form } from '../detector.ts'
import { packVisit, unpackVisit } from '../kit/bills/visit-bills.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import type { Image, Imaged } from './med-06.terms.ts'

type Packed = readonly [sn: string, code: string, name: string, part: string, at: number, cnt: number, inscp: Fen]

const CRITICAL = { critical: true } as const

export const FORM: Form<Imaged> = {
  pack: (imaged) => [
    ...packHead(imaged),
    packVisit(imaged),
    ...(imaged.critical ? [1] : []),
    ...imaged.lines.map(({ sn, code, name, part, at, cnt, inscp }): Packed => [sn, code, name, part, packTime(at), cnt, inscp]),
  ],
  unpack(packed) {
    const [, , , visit, ...more] = packed
    const [first, ...others] = more
    const [marked, images] = first === 1 ? [CRITICAL, others] : [{}, more]
    const unpackImage = ([sn, code, name, part, at, cnt, inscp]: Packed): Image => {
      return { sn, code, name, part, at: unpackTime(at), cnt, inscp }
    }
    return { ...unpackVisit(visit), ...marked, lines: images.map(unpackImage), ...unpackHead(packed) }
  },
}
