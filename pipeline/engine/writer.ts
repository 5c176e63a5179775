import { createHash } from 'node:crypto'
import type { Alert } from '../../schemas/alert.ts'
import { TABLES, type TableName } from '../../schemas/tables.ts'
import { formatInstant, type Instant } from '../../schemas/time.ts'
import type { DeadLetter, Decoded } from '../decode/decode.ts'
import { maskedText, type Pseudonymiser } from '../decode/mask.ts'
import type { Arrival } from '../decode/packed.ts'
import type { Changes, KeyValue } from '../memory/key-value.ts'
import type { Guarded } from '../shard/guard.ts'
import type { Judgement } from '../shard/judgements.ts'
import type { Outgoing } from '../shard/outbox.ts'
import type { Account, Sealed } from '../shard/outcome.ts'
import type { PlacedTables } from '../store/placed-tables.ts'
import type { Store } from '../store/store.ts'
import { together } from '../store/together.ts'
import { lastOf, lineOf, type Receipt, type SourceChunk, toldBy } from './chunk.ts'
import type { Intent, Journal, Round, Told } from './journal.ts'

/** A range on its way from judgement to the store: a batch. */
export interface JudgedRange {
  readonly chunk: SourceChunk
  readonly decoded: Decoded
  readonly arrivals: readonly Arrival[]
  readonly account: Account
  /** Originals found for refunds that named none, by row. */
  readonly matchedVoids: ReadonlyMap<number, string>
  /** To be called when the store has the batch. */
  stored(): void
}

/** Ranges that become durable together, and what they came to. */
export interface JudgedRound {
  readonly ranges: readonly JudgedRange[]
  readonly sealed: Sealed
  readonly now: Instant
}

/** A range of which there is something to store, under the number of its batch. */
interface Batch extends JudgedRange {
  readonly intent: Intent
  readonly judgements: readonly Judgement[]
  /** What the shard was told since the batch before it. */
  readonly told: readonly Told[]
}

/**
 * Writes a judged round: intents, rows, then memory and offsets in one commit. Every insert carries a token made of the
 * ranges and of what is in them, so that a repetition stores nothing twice and other content is never mistaken for it.
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

  /** @returns the receipt of each range */
  async write(round: JudgedRound): Promise<readonly Receipt[]> {
    if (this.#post) await this.#writeSlice(round, this.#post)
    else await this.#writeAlone(round)
    const { ranges, sealed } = round
    return ranges.map((range) => receiptOf(range, range === ranges.at(-1) ? sealed.guarded : []))
  }

  async #writeAlone(round: JudgedRound): Promise<void> {
    const { ranges, sealed } = round
    const hasRows = sealed.alerts.length > 0 || ranges.some(({ chunk }) => chunk.ends.length > 0)
    if (!hasRows) {
      const told = ranges.flatMap(({ chunk }) => toldBy(chunk))
      return this.#memory.commit(both(sealed.changes, this.#journal.tell(...told)))
    }
    const intents = await this.#intend(round)
    await this.#storeRows(round, intents)
    await this.#memory.commit(both(sealed.changes, this.#journal.finish(intents)))
    this.#journal.finished(intents)
  }

  /**
   * Of a slice: the ranges are noted in its history, then come rows, memory, and what others are told. All of it follows from
   * history alone, and the next round is not noted before: so whoever goes on with it repeats the last one at most.
   */
  async #writeSlice(round: JudgedRound, post: (parcels: readonly Outgoing[]) => Promise<void>): Promise<void> {
    const { ranges, sealed } = round
    const isDone = ranges[0]!.chunk.repeats?.isDone ?? false
    const intents = await this.#intend(round)
    const isHeard = sealed.judgements.length > 0 || sealed.parcels.some(({ tells }) => tells)
    const hasRows = sealed.alerts.length > 0 || isHeard || ranges.some(saysSomething)
    if (!isDone && hasRows) await this.#storeRows(round, intents)
    const arrived = this.#posted.map(({ key }) => [key, null] as const)
    await this.#memory.commit(both(both(sealed.changes, this.#journal.finish(intents)), arrived))
    this.#journal.finished(intents)
    if (!isDone) await post(sealed.parcels)
    this.#posted = sealed.parcels
  }

  async #intend({ ranges, now }: JudgedRound): Promise<Round> {
    const intended = ranges.map(({ chunk }) => {
      const { source, partition, first, replayable, reading, since } = chunk
      return { source, partition, first, last: lastOf(chunk), now, replayable, reading, since }
    })
    const known = ranges.flatMap(({ chunk }) => chunk.repeats?.batch ?? [])
    if (known.length === 0) return this.#journal.intend(intended)
    return this.#journal.repeat(intended.map((range, i) => ({ ...range, batch: known[i]! })))
  }

  async #storeRows(round: JudgedRound, intents: Round): Promise<void> {
    const { now, sealed } = round
    const batches = batchesOf(round, intents, this.#journal.told)
    const token = tokenOf(round.ranges, intents)
    const rows: { readonly [Name in TableName]?: readonly object[] } = {
      dead_letter: batches.flatMap((batch) =>
        deadLettersOf(batch, this.#hide).map((letter) => deadLetterRow(letter, batch, now)),
      ),
      alert_log: sealed.alerts.map((alert) => alertRow(alert, intents.at(-1)!.batch)),
      judgement: batches.flatMap(({ judgements, intent }) => judgements.flatMap((each) => judgementRows(each, intent.batch))),
    }
    await together([
      this.#store.writeColumns(batches.map(rowsOf), { token }),
      ...Object.entries(rows).map(([table, content]) => this.#store.insertRows(table as TableName, content, { token })),
    ])
    // It says that all the others are there.
    const done = batches.map((batch) => batchRow(batch, now))
    await this.#store.insertRows('batch', done, { token })
  }
}

function* both(some: Changes, more: Changes): Changes {
  yield* some
  yield* more
}

/** The last one speaks for what was told behind the others, and the last that has offsets for all that falls due with them. */
function batchesOf({ ranges, sealed }: JudgedRound, intents: Round, before: readonly Told[]): Batch[] {
  const batches: Batch[] = []
  const last = ranges.length - 1
  const lastPlaced = ranges.findLastIndex(({ chunk }) => lastOf(chunk) >= chunk.first)
  const [due, none] = [lastPlaced < 0 ? last : lastPlaced, [] as const]
  let told = before
  for (const [i, range] of ranges.entries()) {
    const judgements = [...range.account.judgements, ...(i === due ? sealed.judgements : none)]
    told = [...told, ...toldBy(range.chunk)]
    if (i !== last && range.chunk.ends.length === 0 && judgements.length === 0) continue
    batches.push({ ...range, intent: intents[i]!, judgements, told })
    told = []
  }
  return batches
}

function saysSomething({ chunk, account }: JudgedRange): boolean {
  return chunk.ends.length > 0 || account.judgements.length > 0
}

function rowsOf({ chunk, decoded, account, matchedVoids, intent }: Batch): PlacedTables {
  const { source, partition, first: firstOffset } = chunk
  const without = [...account.duplicates, ...account.refusals.map(({ row }) => row)]
  return { tables: decoded.tables.tables, origin: { batch: intent.batch, source, partition, firstOffset, without, matchedVoids } }
}

/** SHA-256 of the ranges and of the identities and contents in them. */
function tokenOf(ranges: readonly JudgedRange[], intents: Round): string {
  const tokens = ranges.map((range, i) => tokenOfRange(range, intents[i]!))
  if (tokens.length === 1) return tokens[0]!
  return createHash('sha256').update(tokens.join('|')).digest('hex')
}

function tokenOfRange({ chunk, arrivals, decoded }: JudgedRange, intent: Intent): string {
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
function deadLettersOf({ chunk, decoded, account }: JudgedRange, hide: Pseudonymiser): DeadLetter[] {
  const late = account.refusals.map((refusal) => ({ ...refusal, line: maskedText(lineOf(chunk, refusal.row), hide) }))
  return [...decoded.deadLetters, ...late].sort((a, b) => a.row - b.row)
}

function deadLetterRow({ row, code, field, message, line }: DeadLetter, { chunk, intent }: Batch, now: Instant): object {
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

function judgementRows({ detector_id, part, judged, skipped }: Judgement, batch: number): object[] {
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

function batchRow({ chunk, decoded, account, intent, told }: Batch, now: Instant): object {
  return {
    batch: intent.batch,
    source: chunk.source,
    partition: chunk.partition,
    first_offset: intent.first,
    last_offset: intent.last,
    events: decoded.events,
    stored: account.accepted,
    duplicates: account.duplicates.length,
    dead_letters: decoded.deadLetters.length + account.refusals.length,
    late: account.late,
    // To the millisecond: a rebuild judges by the same clock.
    committed_at: new Date(now).toISOString(),
    clock: chunk.clock,
    told: told.length > 0 ? JSON.stringify(told) : '',
  }
}

function receiptOf({ decoded, account }: JudgedRange, guarded: readonly Guarded[]): Receipt {
  const { accepted, duplicates, settlements, feeLines, late, refusals } = account
  const rejected = [...decoded.deadLetters, ...refusals].map(({ row, code, message }) => ({ row, code, message }))
  rejected.sort((a, b) => a.row - b.row)
  return { events: decoded.events, accepted, duplicates: duplicates.length, settlements, feeLines, late, guarded, rejected }
}
