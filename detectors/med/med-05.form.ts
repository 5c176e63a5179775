import type { Fen } from '../../schemas/money.ts'
import type { Form } from '../detector.ts'
import { packPartner, type Requirement, unpackPartner } from '../kit/bills/partners.ts'
import type { Quantity } from '../kit/bills/taken-back.ts'
import { packVisit, unpackVisit } from '../kit/bills/visit-bills.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import type { Consumable, Limit, Told } from './med-05.terms.ts'

type Packed = readonly [string, string, string, number, number, Fen, 0 | 1, readonly Requirement[], Limit | null]

export const FORM: Form<Told> = {
  pack(told) {
    const consumables = told.lines.map(({ sn, code, name, at, cnt, inscp, dear, requirements, limit }): Packed => {
      return [sn, code, name, packTime(at), cnt, inscp, dear ? 1 : 0, requirements, limit]
    })
    const surgeries = told.surgeries.map(({ code, at, cnt }) => [code, packTime(at), cnt])
    return [...packHead(told), told.stay ? 1 : 0, consumables, told.partners.map(packPartner), surgeries, packVisit(told)]
  },
  unpack(packed) {
    const [, , , stay, consumables, partners, surgeries, visit] = packed
    const unpackOne = ([sn, code, name, at, cnt, inscp, dear, requirements, limit]: Packed): Consumable => {
      return { sn, code, name, at: unpackTime(at), cnt, inscp, dear: dear === 1, requirements, limit }
    }
    const unpackSurgery = ([code, at, cnt]: [string, number, number]): Quantity => ({ code, at: unpackTime(at), cnt })
    return {
      stay: stay === 1,
      lines: consumables.map(unpackOne),
      partners: partners.map(unpackPartner),
      surgeries: surgeries.map(unpackSurgery),
      ...unpackVisit(visit),
      ...unpackHead(packed),
    }
  },
}
