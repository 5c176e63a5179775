import type { Form } from '../detector.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import type { Coded, Complication } from './med-09.terms.ts'

export const FORM: Form<Coded> = {
  pack(told) {
    const { mid, coded, lower, complications, found } = told
    const packed = complications.map(({ diagnosis, level, expected }) => [diagnosis, level, expected])
    return [...packHead(told), mid ? 1 : 0, coded, lower, packed, found]
  },
  unpack(packed) {
    const [, , , mid, coded, lower, complications, found] = packed
    const unpackOne = ([diagnosis, level, expected]: [string, 'CC' | 'MCC', string[] | null]): Complication => {
      return { diagnosis, level, expected }
    }
    return { mid: mid === 1, coded, lower, complications: complications.map(unpackOne), found, ...unpackHead(packed) }
  },
}
