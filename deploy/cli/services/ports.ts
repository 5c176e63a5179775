import type { Feed, Health, Ingest, Screen } from '../../../dashboard/server/ports.ts'
import { chunkOfBytes } from '../../../pipeline/engine/chunk.ts'
import { screenReply } from '../../../pipeline/screen.ts'
import { linesOfArrow } from '../../../pipeline/source/arrow.ts'
import { LOCAL_CLOCK } from '../../../pipeline/source/replay.ts'
import type { Alert } from '../../../schemas/alert.ts'
import type { DeadLetterCode } from '../../../schemas/errors.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import type { Pipeline } from './pipeline.ts'
import { epochOf } from './polled-feed.ts'

/** The dashboard's ports on a pipeline in the same process. */

/** The store's log of alerts, and every commit as it happens. */
export async function feedOf({ engine, memory, store }: Pipeline): Promise<Feed> {
  // A data directory of an older release has one of its own; the log is the store's, and so is its epoch.
  const known = memory.get('m|epoch')
  const epoch = known ? Buffer.from(known).toString() : await epochOf(store)
  let committed = engine.shard.seq
  engine.onCommitted((alerts) => {
    committed = alerts.at(-1)!.seq
  })
  return {
    epoch,
    hwm: () => committed,
    subscribe: (listener) => engine.onCommitted(listener),
    async since(seq, limit) {
      const rows = await store.query<{ body: string }>(
        'SELECT body FROM alert_log WHERE seq > {seq:UInt64} AND seq <= {hwm:UInt64} ORDER BY seq LIMIT {limit:UInt32}',
        { seq, hwm: committed, limit },
      )
      return rows.map(({ body }) => JSON.parse(body) as Alert)
    },
  }
}

const HTTP_SOURCE = 'http'
/** Requests waiting for their commit; beyond this many a sender is told to come back. */
const MAX_WAITING = 32

export function ingestInto({ engine }: Pipeline): Ingest {
  let next = engine.journal.nextOf(HTTP_SOURCE, 0) ?? 0
  let waiting = 0
  return {
    async submit(body, contentType) {
      if (engine.journal.isRecovering) throw new FundwatchError('BUSY', 'What a crash left unfinished is being repeated first.')
      if (waiting >= MAX_WAITING) throw new FundwatchError('BUSY', 'The pipeline is behind; send again shortly.')
      const lines = contentType.startsWith('application/vnd.apache.arrow') ? linesOfArrow(body) : chunkOfBytes(body)
      if (lines.ends.length === 0) return { accepted: 0, duplicates: 0, rejected: [] }
      const first = next
      next += lines.ends.length
      waiting++
      try {
        const { done } = await engine.submit({
          ...lines,
          source: HTTP_SOURCE,
          partition: 0,
          first,
          replayable: false,
          clock: LOCAL_CLOCK,
        })
        const { accepted, duplicates, rejected } = await done
        const told = rejected.map(({ row, code, message }) => ({ line: row + 1, code: code as DeadLetterCode, message }))
        return { accepted, duplicates, rejected: told }
      } finally {
        waiting--
      }
    },
  }
}

export function screenOn({ engine }: Pipeline): Screen {
  return {
    async check(draft) {
      return screenReply(engine, draft)
    },
  }
}

/** A loop that should go on. */
export interface Loop {
  readonly isStalled: boolean
}

/** @param loops those that there are by now, by their names */
export function healthOf({ engine }: Pick<Pipeline, 'engine'>, loops: ReadonlyMap<string, Loop>): Health {
  return {
    readiness() {
      const { failure } = engine
      const stalled = [...loops].filter(([, { isStalled }]) => isStalled).map(([name]) => [name, 'stalled'] as const)
      const checks = { engine: failure ? failure.message : 'running', ...Object.fromEntries(stalled) }
      return { ready: failure === undefined && stalled.length === 0, checks }
    },
  }
}
