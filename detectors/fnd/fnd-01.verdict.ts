import type { Fen } from '../../schemas/money.ts'
import type { Params } from './fnd-01.terms.ts'

/** What one quota says of its period. */
export interface Verdict {
  readonly insutype: string
  readonly quota: Fen
  readonly severity: 2 | 3 | 4
  readonly level: number | null
  /** The day of the period on which it began to hold. */
  readonly reached: number
  /** Spent until the end of each day. */
  readonly spent: readonly Fen[]
}

export function cumulative(sums: readonly Fen[]): readonly Fen[] {
  let sum = 0
  return sums.map((fund) => {
    sum += fund
    return sum
  })
}

export function verdictOn(
  insutype: string,
  spent: readonly Fen[],
  quota: Fen,
  elapsed: readonly number[],
  params: Params,
): Verdict | undefined {
  const total = spent.at(-1)!
  const levels = [
    [params.full_share, 2],
    [params.warning_share, 3],
    [params.notice_share, 4],
  ] as const
  for (const [level, severity] of levels) {
    if (total < level * quota) continue
    return { insutype, quota, spent, level, severity, reached: spent.findIndex((fund) => fund >= level * quota) }
  }
  // A quota that is far from spent is never projected beyond its end.
  if (total <= params.projected_share * params.projection_elapsed * quota) return undefined
  // Judged on days with payments alone: whatever time it is, the pace is known until the last of them.
  const reached = spent.findIndex(
    (fund, i) =>
      fund !== (spent[i - 1] ?? 0) &&
      elapsed[i]! >= params.projection_elapsed &&
      fund > params.projected_share * elapsed[i]! * quota,
  )
  return reached < 0 ? undefined : { insutype, quota, spent, level: null, severity: 4, reached }
}

/** The more severe first; of equally severe ones that which is spent further. */
export function worstFirst(a: Verdict, b: Verdict): number {
  return a.severity - b.severity || b.spent.at(-1)! * a.quota - a.spent.at(-1)! * b.quota
}
