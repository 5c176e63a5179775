import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Instant } from '../../schemas/time.ts'
import { STATE_SCHEMA_VERSION } from '../shard/state-version.ts'
import type { CheckpointPartition, Store } from '../store/store.ts'

/** Whose memory it is. */
export interface Owner {
  readonly slice: number
  /** The name of the slice's history, from which memory was made. */
  readonly life: string
}

/** A copy of a slice's memory that lies in the store. */
export interface Checkpoint {
  readonly id: string
  /** Number of the last batch that is remembered. */
  readonly upto: number
  readonly parts: number
  /** Bytes, as they are stored. */
  readonly size: number
  readonly madeAt: Instant
}

const PART_BYTES = 4 * 1024 * 1024
/** Who fetches the last but one need not see it vanish, and has it where the last is damaged. */
const KEPT = 2
/** Each piece is handed on by a thread that has other work: in many small ones a copy would mostly wait for it. */
const PIECE_BYTES = 4 * 1024 * 1024
/** Memory is full of repetition: the fastest level leaves a quarter of it, and higher ones cost more than what they save. */
const GZIP = { level: 1, chunkSize: PIECE_BYTES }

/**
 * Puts a copy of a slice's memory into the store, and removes what is older than the last two. One that breaks off is none: it
 * has no last part. Where older ones cannot be removed nothing is added.
 * @param file the copy, which nobody writes any more
 * @returns whether it is there whole; not where it was given up by the signal
 */
export async function saveCheckpoint(
  store: Store,
  file: string,
  { slice, life, upto }: Owner & { readonly upto: number },
  signal: AbortSignal,
): Promise<boolean> {
  const id = randomUUID()
  // To the millisecond: which history a slice had last is told by this time alone.
  const made_at = new Date().toISOString()
  const known = { slice, id, life, upto, state_version: STATE_SCHEMA_VERSION, made_at }
  let [part, size] = [0, 0]
  const insert = async (bytes: Buffer, isLast: boolean) => {
    size += bytes.length
    const row = { ...known, part, parts: isLast ? part + 1 : 0, size: isLast ? size : 0, bytes: bytes.toString('base64') }
    await store.insertRows('checkpoint', [row], { token: `${id} ${part++}` })
  }
  const insertAll = async (packed: AsyncIterable<Buffer>) => {
    let waiting: Buffer[] = []
    let length = 0
    for await (const piece of packed) {
      if (length + piece.length > PART_BYTES) {
        await insert(Buffer.concat(waiting), false)
        ;[waiting, length] = [[], 0]
      }
      waiting.push(piece)
      length += piece.length
    }
    await insert(Buffer.concat(waiting), true)
  }
  await forgetOlder(store, { slice, life })
  try {
    await pipeline(createReadStream(file, { highWaterMark: PIECE_BYTES }), createGzip(GZIP), insertAll, { signal })
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
  await forgetOlder(store, { slice, life })
  const whole = await checkpointsOf(store, { slice, life })
  return whole.some((each) => each.id === id)
}

/** Nobody else's: another owner may be writing a later one, and a release on the way back reads its own form. */
async function forgetOlder(store: Store, { slice, life }: Owner): Promise<void> {
  const oldest = (await checkpointsOf(store, { slice, life })).slice(0, KEPT).at(-1)
  if (!oldest) return
  const partitions = await store.query<CheckpointPartition>(
    `SELECT DISTINCT c.id AS id, intDiv(c.part, 1000) AS share FROM checkpoint AS c
     WHERE c.slice = {slice:UInt32} AND c.life = {life:String} AND c.state_version = {version:UInt16} AND c.upto < {upto:UInt64}`,
    { slice, life, version: STATE_SCHEMA_VERSION, upto: oldest.upto },
  )
  await store.forgetCheckpoints(partitions)
}

/** The copies that are whole and can be read by this release, the latest first. */
export function checkpointsOf(store: Store, { slice, life }: Owner): Promise<Checkpoint[]> {
  return store.query<Checkpoint>(
    `SELECT c.id AS id, toFloat64(max(c.upto)) AS upto, max(c.parts) AS parts, toFloat64(max(c.size)) AS size,
       toFloat64(toUnixTimestamp64Milli(max(c.made_at))) AS madeAt FROM checkpoint AS c
     WHERE c.slice = {slice:UInt32} AND c.life = {life:String} AND c.state_version = {version:UInt16}
     GROUP BY id HAVING uniqExact(c.part) = max(c.parts) ORDER BY upto DESC, id`,
    { slice, life, version: STATE_SCHEMA_VERSION },
  )
}

/** The history from which a slice's last copy was made. */
export async function lastLifeOf(store: Store, slice: number): Promise<string | undefined> {
  const [row] = await store.query<{ life: string }>(
    `SELECT c.life AS life FROM checkpoint AS c WHERE c.slice = {slice:UInt32}
     GROUP BY id, life HAVING uniqExact(c.part) = max(c.parts) ORDER BY max(c.made_at) DESC LIMIT 1`,
    { slice },
  )
  return row?.life
}

/**
 * Writes the memory that was copied into a file.
 * @param isWanted asked before each part: where it is not, it fails
 * @throws FundwatchError CHECKPOINT_DAMAGED where it is not what was stored, CHECKPOINT_GONE where it was removed meanwhile
 */
export async function fetchCheckpoint(
  store: Store,
  { id, parts }: Checkpoint,
  file: string,
  isWanted: () => boolean,
): Promise<void> {
  try {
    await pipeline(
      partsOf(store, id, parts, isWanted),
      createGunzip({ chunkSize: PIECE_BYTES }),
      createWriteStream(file, { flush: true }),
    )
  } catch (cause) {
    if (!/^Z_/.test((cause as NodeJS.ErrnoException).code ?? '')) throw cause
    throw new FundwatchError('CHECKPOINT_DAMAGED', `Checkpoint ${id} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

async function* partsOf(store: Store, id: string, parts: number, isWanted: () => boolean): AsyncGenerator<Buffer> {
  for (let part = 0; part < parts; part++) {
    const [row] = await store.query<{ bytes: string }>(
      'SELECT bytes FROM checkpoint WHERE id = {id:String} AND part = {part:UInt32} LIMIT 1',
      { id, part },
    )
    if (!row || !isWanted()) throw new FundwatchError('CHECKPOINT_GONE', `Checkpoint ${id} is not there any more.`)
    yield Buffer.from(row.bytes, 'base64')
  }
}
