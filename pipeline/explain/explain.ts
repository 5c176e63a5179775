import type { Detector } from '../../detectors/detector.ts'
import type { ReferenceBook } from '../../detectors/reference.ts'
import type { Alert } from '../../schemas/alert.ts'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Instant } from '../../schemas/time.ts'
import { createDecode } from '../decode/decode.ts'
import { createPseudonymiser } from '../decode/mask.ts'
import { unpack } from '../decode/packed.ts'
import { chunkOfHeartbeat, NO_EVENTS, type SourceChunk } from '../engine/chunk.ts'
import { Originals } from '../engine/originals.ts'
import { InMemory } from '../memory/in-memory.ts'
import type { Changes } from '../memory/key-value.ts'
import type { Budget } from '../shard/guard.ts'
import { Shard } from '../shard/shard.ts'
import type { Witness } from '../shard/witness.ts'
import { readBytes } from '../source/file.ts'
import { ChunkMemory, type ChunkSize, chunksOfLines } from '../source/lines.ts'
import { asLines, LOCAL_CLOCK } from '../source/replay.ts'
import { Finder } from './finder.ts'
import { Recollection, Wanted } from './recollection.ts'
import { Teller, type ToldStep } from './teller.ts'

export interface ExplainOptions {
  /** Id of the alert. */
  readonly alert: string
  /** Read three times: what must be kept, who says the alert, and how. */
  readonly files: readonly string[]
  readonly size: ChunkSize
  readonly detectors: readonly Detector[]
  readonly shadow: readonly string[]
  readonly budget: Budget
  readonly identityKey: Uint8Array
  readonly now: () => Instant
  /** Time to let pass after the last event; none where absent. */
  readonly drain?: number
  /** Adds to the reference rows that came before all events. */
  readonly onReference?: (reference: ReferenceBook) => void
  /** Bytes of the files that were read, as they lie there. */
  readonly onRead?: (bytes: number) => void
}

/**
 * Judges files as a replay does, in memory that is thrown away, and tells every step of the key that says an alert. Answers
 * the alert as it then stands.
 * @throws FundwatchError ALERT_UNKNOWN
 */
export async function explain(options: ExplainOptions, tell: (step: ToldStep) => void): Promise<Alert> {
  const { alert, identityKey } = options
  const decode = createDecode(identityKey, { withoutColumns: true })
  const wanted = new Wanted()
  for await (const chunk of chunksOf(options)) wanted.learn(unpack(decode(chunk).packed))
  const finder = new Finder(alert)
  if (!(await judge(options, wanted, finder))) {
    throw new FundwatchError(
      'ALERT_UNKNOWN',
      `There is no alert ${alert} in these files. Its id holds the detector's version; name all files of then, with the same --detectors and --drain.`,
    )
  }
  return (await judge(options, wanted, new Teller(alert, finder.cells, tell)))!
}

/** Answers the last revision of the alert, where it was raised at all. */
async function judge(options: ExplainOptions, wanted: Wanted, witness: Witness): Promise<Alert | undefined> {
  const { detectors, shadow, budget, identityKey, alert, now } = options
  const memory = new InMemory()
  const shard = new Shard(memory, { detectors, shadow, budget, witness })
  options.onReference?.(shard.reference)
  const hide = createPseudonymiser(identityKey)
  const decode = createDecode(identityKey, { withoutColumns: true })
  const record = new Recollection(wanted, hide)
  const originals = new Originals(record, shard, hide)
  let last: Alert | undefined
  const take = async (chunk: SourceChunk) => {
    const arrivals = unpack(decode(chunk).packed)
    const { done, ...lookups } = await originals.prepare(arrivals, chunk, NONE_FORESEEN)
    const outcome = shard.push({ arrivals, partition: chunk.clock, now: now(), ...lookups })
    await memory.commit(copied(outcome.changes))
    shard.release(outcome)
    record.keep(chunk, arrivals, outcome)
    done()
    last = outcome.alerts.findLast(({ alert_id }) => alert_id === alert) ?? last
  }
  for await (const chunk of chunksOf(options)) await take(chunk)
  if (options.drain !== undefined && Number.isFinite(shard.lastEvent)) await take(heartbeat(shard.lastEvent + options.drain))
  return last
}

const NONE_FORESEEN: ReadonlyMap<string, string> = new Map()

async function* chunksOf({ files, size, onRead }: ExplainOptions): AsyncGenerator<SourceChunk> {
  const memory = new ChunkMemory(size)
  for (const file of files) {
    let first = 0
    for await (const chunk of chunksOfLines(asLines(readBytes(file, undefined, onRead)), size, undefined, memory)) {
      yield { ...NO_EVENTS, ...chunk, source: file, first, clock: LOCAL_CLOCK }
      first += chunk.ends.length
      memory.give(chunk)
    }
  }
}

function heartbeat(time: Instant): SourceChunk {
  return { ...NO_EVENTS, ...chunkOfHeartbeat(time), source: 'drain', clock: LOCAL_CLOCK }
}

/** A record is a piece of a large one that others share: kept as it is, it would keep all of that. */
function* copied(changes: Changes): Changes {
  for (const [key, value] of changes) yield [key, value && new Uint8Array(value)]
}
