import type { Fen } from '../../schemas/money.ts'
import { SECOND } from '../../schemas/time.ts'
import type { Form } from '../detector.ts'
import type { Lasting } from '../kit/bills/supply.ts'
import { packVisit, unpackVisit, type VisitBill } from '../kit/bills/visit-bills.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import type { Remembered } from '../kit/parts/remembered.ts'

export interface Drug extends Lasting {
  readonly generic: string
  /** ATC level 4. */
  readonly pharm_class: string
  /** Codes and generics that may be taken with it. */
  readonly accepted: readonly string[]
}

export interface Filled extends Remembered, VisitBill<Drug> {}

type Packed = readonly [
  ...[sn: string, code: string, generic: string, pharm_class: string, days: number],
  ...[secondsBefore: number, cnt: number, inscp: Fen, ...accepted: string[]],
]

/** A drug without a generic name is known by its code; times are told from the settlement's. */
export const FORM: Form<Filled> = {
  pack: (filled) => [
    ...packHead(filled),
    packVisit(filled),
    ...filled.lines.map(({ sn, code, generic, pharm_class, days, at, cnt, inscp, accepted }): Packed => {
      const secondsBefore = (filled.at - at) / SECOND
      return [sn, code, generic === code ? '' : generic, pharm_class, days, secondsBefore, cnt, inscp, ...accepted]
    }),
  ],
  unpack: (packed) => {
    const head = unpackHead(packed)
    const [, , , visit, ...lines] = packed
    const unpackDrug = ([sn, code, generic, pharm_class, days, secondsBefore, cnt, inscp, ...accepted]: Packed): Drug => ({
      ...{ sn, code, generic: generic || code, pharm_class, days, cnt, inscp, accepted },
      at: head.at - Math.round(secondsBefore * SECOND),
    })
    return { ...unpackVisit(visit), lines: lines.map(unpackDrug), ...head }
  },
}
