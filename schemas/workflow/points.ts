import { type Static, Type } from 'typebox'
import { literals } from './field.ts'

/** Points of one person in one calendar year, and what follows from them (domain: workflow 3.6). */
export const PointsRow = Type.Object({
  doctor: Type.String(),
  year: Type.Integer(),
  points: Type.Integer(),
  highest: Type.Integer({ description: 'of a single act' }),
  consequence: literals(['none', 'suspend', 'end_1_year', 'end_3_years'] as const),
})
export type PointsRow = Static<typeof PointsRow>

export const CreditRow = Type.Object({
  fixmedins_code: Type.String(),
  year: Type.Integer(),
  score: Type.Number(),
  level: literals(['A', 'B', 'C', 'D'] as const),
})
export type CreditRow = Static<typeof CreditRow>
