import type { Guarded } from '../../pipeline/shard/guard.ts'
import { FundwatchError } from '../../schemas/errors.ts'
import { log, logFailure } from './log.ts'

/** With these something else was done already. */
const NOT_REPEATED: ReadonlySet<string> = new Set(['MEMORY_SET_ASIDE', 'CHECKPOINT_DAMAGED'])

/** What heals by itself: a topic waits for its broker, or for the store that it is written from; a memory is made anew. */
export function tellTrouble(error: Error): void {
  const code = error instanceof FundwatchError ? error.code : 'KAFKA_FAILED'
  logFailure(new FundwatchError(code, `${error.message}${NOT_REPEATED.has(code) ? '' : '; it is tried again'}`), 'warn')
}

export function tellGuarded({ detector_id, day, alerts, amount }: Guarded): void {
  const told = `${detector_id} raised ${alerts} alerts of ${amount} yuan on ${day} and runs silently from now on; see: fundwatch guard`
  log('warn', told, { code: 'GUARDED', detector_id, day, alerts, amount })
}
