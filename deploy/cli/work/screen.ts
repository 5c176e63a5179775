import type { Engine } from '../../../pipeline/engine/engine.ts'
import { type ScreenReply, screenReply } from '../../../pipeline/screen.ts'
import { FundwatchError } from '../../../schemas/errors.ts'

/** Why a draft could not be checked. */
export interface Refusal {
  readonly code: string
  readonly message: string
}

export type Screened = ScreenReply & { readonly error?: Refusal }

/** Every draft has its answer: one that is no settlement is refused by its code, and the others are checked all the same. */
export function screenEach(engine: Engine, drafts: readonly unknown[]): Screened[] {
  return drafts.map((draft) => {
    try {
      return screenReply(engine, draft)
    } catch (error) {
      if (!(error instanceof FundwatchError)) throw error
      const { code, message } = error
      const setl_id = (draft as { setl_id?: unknown } | null)?.setl_id ?? null
      return { setl_id, results: [], skipped: [], error: { code, message } }
    }
  })
}
