import { isSpread } from '../kit/care/served-before.ts'
import type { PharmacySwipe } from './ano-03.swipe.ts'
import type { Params } from './ano-03.terms.ts'

/**
 * Whether the burst is one of uploads: a counter that was offline settles at once whom it has served over hours. One that
 * names a single moment for everybody has not served them then either.
 */
export function isUpload(burst: readonly PharmacySwipe[], { window_minutes }: Params): boolean {
  const served = burst.flatMap((swipe) => swipe.served ?? [])
  return served.length * 2 >= burst.length && isSpread(served, window_minutes)
}
