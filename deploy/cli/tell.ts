import type { Guarded } from '../../pipeline/shard/guard.ts'
import { FundwatchError } from '../../schemas/errors.ts'

/** With these something else was done already. */
const NOT_REPEATED: ReadonlySet<string> = new Set(['MEMORY_SET_ASIDE', 'CHECKPOINT_DAMAGED'])

/** What heals by itself: a topic waits for its broker, or for the store that it is written from; a memory is made anew. */
export function tellTrouble(error: Error): void {
  const code = error instanceof FundwatchError ? error.code : 'KAFKA_FAILED'
  process.stderr.write(`fundwatch: ${code}: ${error.message}${NOT_REPEATED.has(code) ? '' : '; it is tried again'}\n`)
}

export function tellGuarded({ detector_id, day, alerts, amount }: Guarded): void {
  process.stderr.write(
    `fundwatch: GUARDED: ${detector_id} raised ${alerts} alerts of ${amount} yuan on ${day} and runs silently from now on; see: fundwatch guard\n`,
  )
}
