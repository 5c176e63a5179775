import { createHash } from 'node:crypto'
import type { Alert } from '../../schemas/alert.ts'
import { TABLES, type TableName } from '../../schemas/tables.ts'
import { formatInstant, type Instant } from '../../schemas/time.ts'
import type { DeadLetter, Decoded } from '../decode/decode.ts'
import { maskedText, type Pseudonymiser } from '../decode/mask.ts'
import type { Arrival } from '../decode/packed.ts'
import type { Changes, KeyValue } from '../memory/key-value.ts'
import type { Outgoing } from '../shard/exchange.ts'
import type { Outcome } from '../shard/shard.ts'
import type { Store } from '../store/store.ts'
import { lastOf, lineOf, type Receipt, type SourceChunk } from './chunk.ts'
import type { Intent, Journal, Told } from './journal.ts'

/** A batch on its way from judgement to the store. */
export interface JudgedBatch {
  readonly chunk: SourceChunk
  readonly decoded: Decoded
  readonly arrivals: readonly Arrival[]
  readonly outcome: Outcome
  readonly now: Instant
  /** Originals found for refunds that named none, by row. */
  readonly matchedVoids: ReadonlyMap<number, string>
  /** To be called when the store has the batch. */
  stored(): void
}

/**
 * Writes a judged batch: intent, rows, then memory and offset in one commit. Every insert carries a token made of the
 * range and of what is in it, so that a repetition stores nothing twice and other content is never mistaken for it.
 */
export class Writer {
  readonly #store: Store
  readonly #memory: KeyValue
  readonly #journal: Journal

  readonly #hide: Pseudonymiser
  readonly #post: ((parcels: readonly Outgoing[]) => Promise<void>) | undefined
  /** Parcels that have arrived and still lie in memory. */
  #posted: readonly Outgoing[] = []

  /** @param post hands parcels to other slices, where there are any */
  constructor(
    store: Store,
    memory: KeyValue,
    journal: Journal,
    hide: Pseudonymiser,
    post?: (parcels: readonly Outgoing[]) => Promise<void>,
  ) {
    this.#store = store
    this.#memory = memory
    this.#journal = journal
    this.#hide = hide
    this.#post = post
  }

  async write(batch: JudgedBatch): Promise<Receipt> {
    const { chunk, outcome, now } = batch
    const { source, partition, first, ends, replayable } = chunk
    if (this.#post) return this.#writeSlice(batch, this.#post)
    if (ends.length === 0 && outcome.alerts.length === 0) {
      const told = toldBy(chunk).flatMap((each) => [...this.#journal.tell(each)])
      await this.#memory.commit(both(outcome.changes, told))
      return receiptOf(batch)
    }
    const intent = await this.#journal.intend({ source, partition, first, last: lastOf(chunk), now, replayable })
    await this.#storeRows(batch, intent)
    await this.#memory.commit(both(outcome.changes, this.#journal.fulfil(intent)))
    this.#journal.fulfilled(intent)
    return receiptOf(batch)
  }

  /**
   * Of a slice: the range is noted in its history, then come rows, memory, and what others are told. All of it follows from
   * history alone, and the next range is not noted before: so whoever goes on with it repeats the last one at most.
   */
  async #writeSlice(batch: JudgedBatch, post: (parcels: readonly Outgoing[]) => Promise<void>): Promise<Receipt> {
    const { chunk, outcome, now } = batch
    const { source, partition, first, replayable, reading, since, repeats } = chunk
    const range = { source, partition, first, last: lastOf(chunk), now, replayable, reading, since }
    const intent = repeats ? this.#journal.repeat({ ...range, batch: repeats.batch }) : await this.#journal.intend(range)
    if (!repeats?.isDone && hasRows(batch)) await this.#storeRows(batch, intent)
    const arrived = this.#posted.map(({ key }) => [key, null] as const)
    await this.#memory.commit(both(both(outcome.changes, this.#journal.fulfil(intent)), arrived))
    this.#journal.fulfilled(intent)
    if (!repeats?.isDone) await post(outcome.parcels)
    this.#posted = outcome.parcels
    return receiptOf(batch)
  }

  async #storeRows(batch: JudgedBatch, intent: Intent): Promise<void> {
    const { chunk, decoded, outcome } = batch
    const { source, partition, first: firstOffset } = chunk
    const { matchedVoids } = batch
    const token = tokenOf(batch, intent)
    const without = [...outcome.duplicates, ...outcome.refusals.map(({ row }) => row)]
    await this.#store.writeColumns(decoded.tables, {
      token,
      batch: intent.batch,
      source,
      partition,
      firstOffset,
      without,
      matchedVoids,
    })
    const rows: { readonly [Name in TableName]?: readonly object[] } = {
      dead_letter: deadLettersOf(batch, this.#hide).map((letter) => deadLetterRow(letter, batch, intent)),
      alert_log: outcome.alerts.map((alert) => alertRow(alert, intent.batch)),
      judgement: outcome.judgements.flatMap((judgement) => judgementRows(judgement, intent.batch)),
      batch: [batchRow(batch, intent, this.#journal.told)],
    }
    for (const [table, content] of Object.entries(rows)) await this.#store.insertRows(table as TableName, content, { token })
  }
}

function* both(some: Changes, more: Changes): Changes {
  yield* some
  yield* more
}

function hasRows({ chunk, outcome }: JudgedBatch): boolean {
  return chunk.ends.length > 0 || outcome.alerts.length > 0 || outcome.judgements.length > 0
}

/** SHA-256 of the range and of the identities and contents in it. */
function tokenOf({ chunk, arrivals, decoded }: JudgedBatch, intent: Intent): string {
  const digest = createHash('sha256').update(
    JSON.stringify([chunk.source, chunk.partition, chunk.first, intent.last, intent.batch]),
  )
  const hashes = new Uint32Array(arrivals.length * 2)
  for (const [i, { hashHigh, hashLow }] of arrivals.entries()) hashes.set([hashHigh, hashLow], 2 * i)
  digest.update(hashes)
  for (const { row, code, line } of decoded.deadLetters) digest.update(`${row}|${code}|${line}`)
  return digest.digest('hex')
}

/** Refused at the door, or by memory. */
function deadLettersOf({ chunk, decoded, outcome }: JudgedBatch, hide: Pseudonymiser): DeadLetter[] {
  const late = outcome.refusals.map((refusal) => ({ ...refusal, line: maskedText(lineOf(chunk, refusal.row), hide) }))
  return [...decoded.deadLetters, ...late].sort((a, b) => a.row - b.row)
}

function deadLetterRow({ row, code, field, message, line }: DeadLetter, { chunk, now }: JudgedBatch, intent: Intent): object {
  const { source, partition, first } = chunk
  return {
    source,
    partition,
    offset: first + row,
    code,
    field,
    message,
    bytes: line,
    received_at: formatInstant(now),
    batch: intent.batch,
  }
}

const ALERT_COLUMNS = Object.keys(TABLES.alert_log.columns).filter(
  (name) => name !== 'body' && name !== 'batch',
) as (keyof Alert)[]

/** A revision as a row of the log. */
export function alertRow(alert: Alert, batch: number): object {
  return { ...Object.fromEntries(ALERT_COLUMNS.map((name) => [name, alert[name]])), body: JSON.stringify(alert), batch }
}

function judgementRows({ detector_id, part, judged, skipped }: Outcome['judgements'][number], batch: number): object[] {
  const rows = Object.entries(skipped).map(([skip_reason, count]) => ({
    batch,
    detector_id,
    part,
    judged: 0,
    skip_reason,
    skipped: count,
  }))
  return [{ batch, detector_id, part, judged, skip_reason: '', skipped: 0 }, ...rows]
}

function batchRow({ chunk, decoded, outcome, now }: JudgedBatch, intent: Intent, before: readonly Told[]): object {
  const told = [...before, ...toldBy(chunk)]
  return {
    batch: intent.batch,
    source: chunk.source,
    partition: chunk.partition,
    first_offset: intent.first,
    last_offset: intent.last,
    events: decoded.events,
    stored: outcome.accepted,
    duplicates: outcome.duplicates.length,
    dead_letters: decoded.deadLetters.length + outcome.refusals.length,
    late: outcome.late,
    // To the millisecond: a rebuild judges by the same clock.
    committed_at: new Date(now).toISOString(),
    clock: chunk.clock,
    told: told.length > 0 ? JSON.stringify(told) : '',
  }
}

/** What a chunk without events says. */
function toldBy({ reading, since }: SourceChunk): Told[] {
  return [...(reading ? [{ reading }] : []), ...(since === undefined ? [] : [{ since }])]
}

function receiptOf({ decoded, outcome }: JudgedBatch): Receipt {
  const { accepted, duplicates, settlements, feeLines, late, refusals, guarded } = outcome
  const rejected = [...decoded.deadLetters, ...refusals].map(({ row, code, message }) => ({ row, code, message }))
  rejected.sort((a, b) => a.row - b.row)
  return { events: decoded.events, accepted, duplicates: duplicates.length, settlements, feeLines, late, guarded, rejected }
}
