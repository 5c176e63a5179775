import type { CreditRow, PointsRow } from '../../../schemas/workflow.ts'
import type { Scope } from '../access/caller.ts'
import type { Database } from '../database/database.ts'
import { scopeCondition } from './scope-sql.ts'

/** Where points suspend and end the right to serve the fund (domain: workflow 3.6). */
const SUSPENDED_FROM = 9
const ENDED_FROM = 12
const CREDIT_START = 100
const LEVELS = [
  ['A', 90],
  ['B', 75],
  ['C', 60],
] as const

/** What follows from a year's points: twelve for one act weigh more than twelve in sum. */
export function consequenceOf(points: number, highest: number): PointsRow['consequence'] {
  if (highest >= ENDED_FROM) return 'end_3_years'
  if (points >= ENDED_FROM) return 'end_1_year'
  return points >= SUSPENDED_FROM ? 'suspend' : 'none'
}

export function levelOf(score: number): CreditRow['level'] {
  return LEVELS.find(([, least]) => score >= least)?.[0] ?? 'D'
}

/** Points are counted within a calendar year and begin anew with the next. */
export async function pointsOf(database: Database, scope: Scope, year: number, doctor?: string): Promise<PointsRow[]> {
  const { sql, params } = scopeCondition(scope, 3)
  const rows = await database.query<Omit<PointsRow, 'consequence'>>(
    `SELECT doctor, year, sum(points)::int AS points, max(points) AS highest FROM points
     WHERE year = $1 AND doctor = coalesce($2, doctor) AND ${sql} GROUP BY doctor, year ORDER BY points DESC, doctor LIMIT 500`,
    [year, doctor ?? null, ...params],
  )
  return rows.map((row) => ({ ...row, consequence: consequenceOf(row.points, row.highest) }))
}

/** Each point weighs one; nobody falls below nothing. */
export async function creditOf(database: Database, scope: Scope, year: number, institution?: string): Promise<CreditRow[]> {
  const { sql, params } = scopeCondition(scope, 3)
  const rows = await database.query<{ fixmedins_code: string; year: number; points: number }>(
    `SELECT fixmedins_code, year, sum(points)::int AS points FROM credit
     WHERE year = $1 AND fixmedins_code = coalesce($2, fixmedins_code) AND ${sql} GROUP BY fixmedins_code, year
     ORDER BY points DESC, fixmedins_code LIMIT 500`,
    [year, institution ?? null, ...params],
  )
  return rows.map(({ points, ...row }) => {
    const score = Math.max(0, CREDIT_START - points)
    return { ...row, score, level: levelOf(score) }
  })
}
