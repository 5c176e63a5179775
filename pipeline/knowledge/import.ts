import { chunkOfText } from '../engine/chunk.ts'
import type { Engine } from '../engine/engine.ts'
import { LOCAL_CLOCK } from '../source/replay.ts'

const SOURCE = 'knowledge'
const LINES_AT_ONCE = 1_000

/** Teaches reference rows like any other source; resolves when they are durable and in force. */
export async function importKnowledge(engine: Engine, events: readonly Record<string, unknown>[]): Promise<number> {
  for (let from = 0; from < events.length; from += LINES_AT_ONCE) {
    const lines = events.slice(from, from + LINES_AT_ONCE).map((event) => JSON.stringify(event))
    const first = engine.journal.nextOf(SOURCE, 0) ?? 0
    const chunk = { ...chunkOfText(lines.join('\n')), source: SOURCE, partition: 0, first, replayable: false, clock: LOCAL_CLOCK }
    const { done } = await engine.submit(chunk)
    await done
  }
  return events.length
}
