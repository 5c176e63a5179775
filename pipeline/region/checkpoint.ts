import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { FundwatchError } from '../../schemas/errors.ts'
import { formatInstant, type Instant } from '../../schemas/time.ts'
import { STATE_SCHEMA_VERSION } from '../shard/state-version.ts'
import type { Store } from '../store/store.ts'

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
}

const PART_BYTES = 4 * 1024 * 1024
/** Who fetches the last but one need not see it vanish, and has it where the last is damaged. */
const KEPT = 2
/** Memory is full of repetition: the fastest level leaves a quarter of it, and higher ones cost more than what they save. */
const GZIP = { level: 1 }

/**
 * Puts a copy of a slice's memory into the store, and removes those that are older than the last two. One that breaks off is
 * none: it has no last part.
 * @param file the copy, which nobody writes any more
 * @returns whether it was wanted until it was done
 */
export async function saveCheckpoint(
  store: Store,
  file: string,
  { slice, life, upto, now }: Owner & { readonly upto: number; readonly now: Instant },
  isWanted: () => boolean,
): Promise<boolean> {
  const id = randomUUID()
  const known = { slice, id, life, upto, state_version: STATE_SCHEMA_VERSION, made_at: formatInstant(now) }
  let [part, size, isWhole] = [0, 0, false]
  const insert = async (bytes: Buffer) => {
    size += bytes.length
    const row = { ...known, part, parts: isWhole ? part + 1 : 0, size: isWhole ? size : 0, bytes: bytes.toString('base64') }
    await store.insertRows('checkpoint', [row], { token: `${id} ${part++}` })
  }
  await pipeline(createReadStream(file), createGzip(GZIP), async (packed: AsyncIterable<Buffer>) => {
    let waiting: Buffer[] = []
    let length = 0
    for await (const piece of packed) {
      // What is left is read on: the streams take an early return for a failure.
      if (!isWanted()) continue
      if (length + piece.length > PART_BYTES) {
        await insert(Buffer.concat(waiting))
        ;[waiting, length] = [[], 0]
      }
      waiting.push(piece)
      length += piece.length
    }
    isWhole = isWanted()
    if (isWhole) await insert(Buffer.concat(waiting))
  })
  if (isWhole) await forgetOlder(store, { slice, life })
  return isWhole
}

async function forgetOlder(store: Store, { slice, life }: Owner): Promise<void> {
  const kept = (await checkpointsOf(store, { slice, life })).slice(0, KEPT).map(({ id }) => id)
  const rows = await store.query<{ id: string }>('SELECT DISTINCT id FROM checkpoint WHERE slice = {slice:UInt32}', { slice })
  await store.forgetCheckpoints(rows.flatMap(({ id }) => (kept.includes(id) ? [] : [id])))
}

/** The copies that are whole and can be read by this release, the latest first. */
export function checkpointsOf(store: Store, { slice, life }: Owner): Promise<Checkpoint[]> {
  return store.query<Checkpoint>(
    `SELECT c.id AS id, toFloat64(max(c.upto)) AS upto, max(c.parts) AS parts, toFloat64(max(c.size)) AS size FROM checkpoint AS c
     WHERE c.slice = {slice:UInt32} AND c.life = {life:String} AND c.state_version = {version:UInt16}
     GROUP BY id HAVING uniqExact(c.part) = max(c.parts) ORDER BY upto DESC, id`,
    { slice, life, version: STATE_SCHEMA_VERSION },
  )
}

/**
 * Writes the memory that was copied into a file.
 * @throws FundwatchError CHECKPOINT_DAMAGED where it is not what was stored, or was removed meanwhile
 */
export async function fetchCheckpoint(store: Store, { id, parts }: Checkpoint, file: string): Promise<void> {
  try {
    await pipeline(partsOf(store, id, parts), createGunzip(), createWriteStream(file))
  } catch (cause) {
    if (cause instanceof FundwatchError || !/^Z_/.test((cause as NodeJS.ErrnoException).code ?? '')) throw cause
    throw damaged(id, (cause as Error).message)
  }
}

async function* partsOf(store: Store, id: string, parts: number): AsyncGenerator<Buffer> {
  for (let part = 0; part < parts; part++) {
    const [row] = await store.query<{ bytes: string }>(
      'SELECT bytes FROM checkpoint WHERE id = {id:String} AND part = {part:UInt32} LIMIT 1',
      { id, part },
    )
    if (!row) throw damaged(id, `part ${part} of ${parts} is gone`)
    yield Buffer.from(row.bytes, 'base64')
  }
}

function damaged(id: string, what: string): FundwatchError {
  return new FundwatchError('CHECKPOINT_DAMAGED', `Checkpoint ${id} cannot be used: ${what}`)
}
