import { FundwatchError } from '../../schemas/errors.ts'
import type { Engine } from '../engine/engine.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { ARROW_HEAD, isArrow, readArrow } from './arrow.ts'
import { describeFile, hasChanged, readBytes, withHead } from './file.ts'
import { isOfKafka } from './kafka-range.ts'
import { ChunkMemory, type ChunkSize, chunksOfLines, NEWLINE, REPLAY_CHUNK } from './lines.ts'
import { add, newTotals, type Totals } from './totals.ts'

export interface ReplayOptions {
  /** Goes on where the same file stopped. */
  readonly resume?: boolean
  readonly size?: ChunkSize
  /** Settlements per second at most. */
  readonly rate?: number
  /** What `-` stands for, where it is not the standard input of this process. */
  readonly standardInput?: AsyncIterable<Uint8Array>
  readonly onProgress?: (totals: Totals) => void
  /** Bytes of the file that were read, as they lie there. */
  readonly onRead?: (bytes: number) => void
}

/** Clock of everything that is not a Kafka partition. */
export const LOCAL_CLOCK = 'local'

/**
 * Sends a file (or `-`) through the engine. Resolves when everything is durable.
 * @throws FundwatchError SOURCE_CHANGED when a file to be resumed is no longer the one that was begun
 */
export async function replayFile(path: string, engine: Engine, memory: KeyValue, options: ReplayOptions = {}): Promise<Totals> {
  const totals = newTotals()
  const source = path === '-' ? '-' : describeFile(path).path
  const from = await startOf(path, source, engine, memory, options.resume ?? false)
  let repeats = engine.journal.leftOf(source, 0, from)
  // What was left of another file cannot wait until its turn comes; it begins where it stood.
  if (!repeats && engine.journal.isRecovering && !engine.journal.round.some((range) => isOfKafka(range.source)))
    await engine.abandon()
  const exactly = repeats && repeats.last - repeats.first + 1
  const pace = pacer(options.rate)
  const size = options.size ?? REPLAY_CHUNK
  const chunkMemory = new ChunkMemory(size)
  let first = from
  const read = asLines(readBytes(path, options.standardInput, options.onRead))
  const bytes = path === '-' ? read : skipLines(read, from, path)
  for await (const chunk of chunksOfLines(bytes, size, exactly, chunkMemory)) {
    const place = { source, partition: 0, first, replayable: path !== '-', clock: LOCAL_CLOCK }
    first += chunk.ends.length
    const { done } = await engine.submit({ ...chunk, ...place, repeats })
    repeats = undefined
    done.then((receipt) => {
      chunkMemory.give(chunk)
      add(totals, receipt)
      options.onProgress?.(totals)
    }, ignoreLatched)
    await pace(chunk.ends.length)
  }
  await engine.drain()
  return totals
}

/** A failure is latched in the engine and thrown by `drain`; here it must only not be unhandled. */
function ignoreLatched(): void {}

async function startOf(path: string, source: string, engine: Engine, memory: KeyValue, resume: boolean): Promise<number> {
  if (path === '-') return engine.journal.nextOf(source, 0) ?? 0
  const key = `m|file|${source}`
  const known = memory.get(key)
  const next = engine.journal.nextOf(source, 0)
  if (resume && known && next !== undefined && hasChanged(path, Buffer.from(known).toString())) throw sourceChanged(path)
  await memory.commit(new Map([[key, Buffer.from(describeFile(path).fingerprint)]]))
  if (resume) return next ?? 0
  await engine.journal.rewind(source, 0)
  return 0
}

function sourceChanged(path: string): FundwatchError {
  return new FundwatchError('SOURCE_CHANGED', `${path} is not the file that was begun. Replay it without --resume.`)
}

/** Arrow becomes lines; text is lines already. */
export async function* asLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { head, all } = await withHead(bytes, ARROW_HEAD)
  yield* isArrow(head) ? readArrow(all) : all
}

/** @throws FundwatchError SOURCE_CHANGED where there are not so many lines */
async function* skipLines(bytes: AsyncIterable<Uint8Array>, count: number, path: string): AsyncGenerator<Uint8Array> {
  let left = count
  let endsWithNewline = true
  for await (const piece of bytes) {
    let from = 0
    while (left > 0) {
      const newline = piece.indexOf(NEWLINE, from)
      if (newline < 0) break
      from = newline + 1
      left--
    }
    endsWithNewline = piece.at(-1) === NEWLINE
    if (left === 0 && from < piece.length) yield piece.subarray(from)
  }
  // The last line may have no newline.
  if (left > (endsWithNewline ? 0 : 1)) throw sourceChanged(path)
}

function pacer(rate: number | undefined): (events: number) => Promise<void> {
  if (!rate) return async () => {}
  const begun = performance.now()
  let sent = 0
  return async (events) => {
    sent += events
    const ahead = (sent / rate) * 1000 - (performance.now() - begun)
    if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead))
  }
}
