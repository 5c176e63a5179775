import { isAbsolute } from 'node:path'
import { FundwatchError } from '../../schemas/errors.ts'
import { formatInstant } from '../../schemas/time.ts'
import { chunkOfText } from '../engine/chunk.ts'
import type { Engine } from '../engine/engine.ts'
import { LOCAL_CLOCK } from '../source/replay.ts'
import type { Store } from '../store/store.ts'

/** A refused event as people read it. */
export interface DeadLetterRow {
  readonly source: string
  readonly partition: number
  /** Counted from 0. */
  readonly offset: number
  /** Line in the file after decompression, counted from 1; `null` where the source is no file. */
  readonly line: number | null
  readonly code: string
  readonly field: string
  readonly message: string
  /** The line as received, identity data replaced; corrected by whoever retries it. */
  readonly bytes: string
  readonly received_at: string
}

const SOURCE = 'deadletters'

const PAGE = 1_000

type Place = Pick<DeadLetterRow, 'source' | 'partition' | 'offset'>

/** Dead letters that no retry has settled yet, oldest first. */
export async function listDeadLetters(store: Store, limit = PAGE): Promise<DeadLetterRow[]> {
  return openLetters(store, 'ORDER BY received_at, source, partition, offset LIMIT {limit:UInt32}', { limit })
}

/** In the order of their places, after one of them: a page that retries cannot change behind our back. */
function lettersAfter(store: Store, { source, partition, offset }: Place): Promise<DeadLetterRow[]> {
  return openLetters(
    store,
    `AND (source, partition, dead_letter.offset) > ({source:String}, {partition:Int32}, {offset:Int64})
     ORDER BY source, partition, offset LIMIT {limit:UInt32}`,
    { source, partition, offset, limit: PAGE },
  )
}

/** What a retry was refused stands under its first place alone, else each retry would double what is listed. */
async function openLetters(store: Store, rest: string, params: object): Promise<DeadLetterRow[]> {
  const rows = await store.query<Omit<DeadLetterRow, 'line'>>(
    `SELECT source, partition, offset, code, field, message, bytes, formatDateTime(received_at, '%Y-%m-%dT%H:%i:%S+08:00', 'Asia/Shanghai') AS received_at
     FROM dead_letter
     WHERE source != {retries:String}
       AND (source, partition, offset) NOT IN (SELECT source, partition, offset FROM dead_letter_retry WHERE accepted)
     ${rest}`,
    { ...params, retries: SOURCE },
  )
  return rows.map(({ source, partition, offset, ...told }) => {
    return { source, partition, offset: Number(offset), line: isAbsolute(source) ? Number(offset) + 1 : null, ...told }
  })
}

export interface RetryResult {
  readonly retried: number
  readonly accepted: number
  readonly still_refused: readonly {
    readonly source: string
    readonly offset: number
    readonly code: string
    readonly message: string
  }[]
}

/** Sends all of them through the door again, as they are. */
export async function retryAllDeadLetters(engine: Engine, store: Store): Promise<RetryResult> {
  const results: RetryResult[] = []
  let last: Place = { source: '', partition: 0, offset: 0 }
  for (;;) {
    const letters = await lettersAfter(store, last)
    if (letters.length === 0) break
    results.push(await retryDeadLetters(letters, engine, store))
    last = letters.at(-1)!
  }
  return {
    retried: results.reduce((sum, { retried }) => sum + retried, 0),
    accepted: results.reduce((sum, { accepted }) => sum + accepted, 0),
    still_refused: results.flatMap(({ still_refused }) => still_refused),
  }
}

/** Sends (corrected) dead letters through the door again; an accepted one is settled, a refused one stays listed. */
export async function retryDeadLetters(letters: readonly DeadLetterRow[], engine: Engine, store: Store): Promise<RetryResult> {
  if (letters.length === 0) return { retried: 0, accepted: 0, still_refused: [] }
  const torn = letters.find(({ bytes }) => typeof bytes !== 'string' || bytes.includes('\n'))
  if (torn)
    throw new FundwatchError('RETRY_INVALID', `The letter at offset ${torn.offset} must have its event in "bytes", on one line.`)
  const chunk = chunkOfText(letters.map(({ bytes }) => bytes).join('\n'))
  const first = engine.journal.nextOf(SOURCE, 0) ?? 0
  const { done } = await engine.submit({ ...chunk, source: SOURCE, partition: 0, first, replayable: false, clock: LOCAL_CLOCK })
  const { rejected } = await done
  const refused = new Map(rejected.map((row) => [row.row, row]))
  const retried_at = formatInstant(Date.now())
  const rows = letters.map(({ source, partition, offset }, row) => ({
    source,
    partition,
    offset,
    accepted: !refused.has(row),
    retried_at,
  }))
  await store.insertRows('dead_letter_retry', rows, { token: `${SOURCE}:${first}` })
  const still_refused = letters.flatMap(({ source, offset }, row) => {
    const again = refused.get(row)
    return again ? [{ source, offset, code: again.code, message: again.message }] : []
  })
  return { retried: letters.length, accepted: letters.length - still_refused.length, still_refused }
}
