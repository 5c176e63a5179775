import type { Form } from '../detector.ts'
import { packTime, unpackTime } from '../kit/parts/packed.ts'
import type { InstitutionDay } from './ano-15.terms.ts'

export const FORM: Form<InstitutionDay> = {
  pack: ({ day, settled, voids, outage }) => [
    ...[day, settled, outage ? 1 : 0],
    ...voids.map(({ id, at, voided, psn_no, opter, fund, admdvs }) => [
      ...[id, packTime(at), packTime(voided), psn_no, opter, fund, admdvs],
    ]),
  ],
  unpack: ([day, settled, outage, ...packed]: [
    ...[day: number, settled: number, outage: number],
    ...[string, number, number, string, string, number, string][],
  ]) => ({
    ...{ day, settled, ...(outage === 1 && { outage: true as const }) },
    voids: packed.map(([id, at, voided, psn_no, opter, fund, admdvs]) => {
      return { id, at: unpackTime(at), voided: unpackTime(voided), psn_no, opter, fund, admdvs }
    }),
  }),
}
