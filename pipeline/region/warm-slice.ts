import type { Detector } from '../../detectors/detector.ts'
import { FundwatchError } from '../../schemas/errors.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { noteHearers, unheard } from '../rebuild/hearers.ts'
import type { Shard } from '../shard/shard.ts'
import type { Store } from '../store/store.ts'
import type { Warmth } from './warmth.ts'

export interface Warming {
  readonly detectors: readonly Detector[]
  readonly store: Store
  /** Without it nothing is heard. */
  readonly warmth?: Warmth
  readonly onTrouble: (error: Error) => void
  readonly index: number
  readonly count: number
  readonly isWanted: () => boolean
}

/** What detectors have missed they hear, if that can be; else history begins later for them. Answers whether they have. */
export async function warmUp({ watermark, historyFrom }: Shard, memory: KeyValue, options: Warming): Promise<boolean> {
  const { detectors, store, warmth, onTrouble, index, count, isWanted } = options
  const fresh = await unheard(memory, store, detectors)
  if (!warmth || fresh.length === 0) return false
  // Before time has begun here others may have told something already.
  const verdicts = Number.isFinite(watermark) ? watermark : 0
  try {
    const upto = await warmth.warm({ memory, index, count, fresh, verdicts, historyFrom, isWanted })
    if (upto) await noteHearers(memory, store, detectors, [], { detectors: fresh, upto })
    return upto !== undefined
  } catch (error) {
    if (!(error instanceof FundwatchError && error.code.startsWith('HISTORY_'))) throw error
    onTrouble(error)
    return false
  }
}
