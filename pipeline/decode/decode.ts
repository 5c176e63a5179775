import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import type { DeadLetterCode } from '../../schemas/errors.ts'
import { type Event, type PackedKind, type Settlement, SHAPES, type Void } from '../../schemas/events.ts'
import { createNormaliser, type Fault, isFault } from '../../schemas/normalise.ts'
import { byteStringsOf } from './byte-string.ts'
import { canonicalContent } from './canonical.ts'
import { ColumnWriter, type EncodedTables } from './columns.ts'
import { createPseudonymiser, maskIdentity, maskUnparsed, mayIdentify, type Pseudonymiser, wordOf } from './mask.ts'
import { type Packed, Packer } from './packed.ts'
import { readReference } from './reference.ts'
import { type ReadSettlement, UsualLines } from './usual-line.ts'

/** A contiguous range of events of one source, as bytes: line `i` ends at `ends[i]` (exclusive) and starts after `ends[i-1]`. */
export interface Chunk {
  readonly bytes: Uint8Array
  readonly ends: Uint32Array
  /** Bytes between two lines: 1 for newline-separated text, 0 for concatenated messages. */
  readonly gap: 0 | 1
  /** Rows whose line was longer than allowed and is here only in its beginning. */
  readonly oversized: readonly number[]
}

/** An event that was refused: readable, fixable, retryable. */
export interface DeadLetter {
  readonly row: number
  readonly code: DeadLetterCode
  readonly field: string
  readonly message: string
  /** The line as received, identity data replaced. */
  readonly line: string
}

export interface Decoded {
  readonly packed: Packed
  readonly tables: EncodedTables
  readonly deadLetters: readonly DeadLetter[]
  /** Lines that held anything. */
  readonly events: number
}

/** Longest accepted line (contract, section 1, dead-letter codes). */
export const MAX_LINE_BYTES = 16 * 1024 * 1024

/** Editors and exports of Windows put it in front of a file's first line: it says that the text is UTF-8, and nothing else. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

export interface DecodeOptions {
  /** The events are stored already: no columns are made of them. */
  readonly withoutColumns?: boolean
}

/** Where columns are not wanted. */
const NO_COLUMNS: Columns = { add() {}, addRead() {}, finish: () => ({ tables: [], transfer: [] }) }

/** Turns chunks into packed events, columns for the store, and dead letters. Pure apart from the key it was made with. */
export function createDecode(key: Uint8Array, { withoutColumns = false }: DecodeOptions = {}): (chunk: Chunk) => Decoded {
  const hide = createPseudonymiser(key)
  const normalise = createNormaliser(hide)
  // One for all chunks: it knows by the last one how much memory the next will need.
  const columns = withoutColumns ? NO_COLUMNS : new ColumnWriter()
  const usual = new UsualLines(hide)
  return (chunk) => new ChunkReader(chunk, { hide, normalise, columns, usual }).read()
}

type Columns = Pick<ColumnWriter, 'add' | 'addRead' | 'finish'>

interface Readers {
  readonly hide: Pseudonymiser
  readonly normalise: ReturnType<typeof createNormaliser>
  readonly columns: Columns
  readonly usual: UsualLines
}

class ChunkReader {
  readonly #packer = new Packer()
  readonly #columns: Columns
  readonly #usual: UsualLines
  readonly #deadLetters: DeadLetter[] = []
  readonly #chunk: Chunk
  readonly #buffer: Buffer
  readonly #hide: Pseudonymiser
  readonly #normalise: ReturnType<typeof createNormaliser>
  readonly #allUtf8: boolean

  constructor(chunk: Chunk, { hide, normalise, columns, usual }: Readers) {
    this.#columns = columns
    this.#usual = usual
    usual.begin(this.#packer.texts)
    this.#chunk = chunk
    this.#buffer = Buffer.from(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.bytes.byteLength)
    this.#hide = hide
    this.#normalise = normalise
    this.#allUtf8 = isUtf8(this.#buffer)
  }

  read(): Decoded {
    const { ends, gap } = this.#chunk
    let start = 0
    let events = 0
    for (let row = 0; row < ends.length; row++) {
      const end = ends[row]!
      if (this.#isMarked(start, end)) start += BYTE_ORDER_MARK.length
      if (!this.#isBlank(start, end)) {
        events++
        this.#line(row, start, end)
      }
      start = end + gap
    }
    return { packed: this.#packer.finish(), tables: this.#columns.finish(), deadLetters: this.#deadLetters, events }
  }

  #isMarked(start: number, end: number): boolean {
    return end - start >= BYTE_ORDER_MARK.length && BYTE_ORDER_MARK.every((byte, i) => this.#buffer[start + i] === byte)
  }

  #isBlank(start: number, end: number): boolean {
    for (let i = start; i < end; i++) {
      const byte = this.#buffer[i]!
      if (byte !== 32 && byte !== 13 && byte !== 9) return false
    }
    return true
  }

  #line(row: number, start: number, end: number): void {
    if (this.#allUtf8 && !this.#chunk.oversized.includes(row)) {
      const settlement = this.#usual.read(this.#buffer, start, end)
      if (settlement) return this.#takeRead(settlement, row, this.#withoutHidden(settlement, start, end))
    }
    this.#longLine(row, start, end)
  }

  #takeRead(settlement: ReadSettlement, row: number, raw: Buffer): void {
    const digest = hash('sha256', raw, 'buffer')
    this.#packer.addRead(row, digest.readUInt32LE(0), digest.readUInt32LE(4), settlement)
    this.#columns.addRead(settlement, this.#packer.texts, row, raw)
  }

  /** The bytes of the line, pseudonyms in the place of identity data. */
  #withoutHidden({ hidden }: ReadSettlement, start: number, end: number): Buffer {
    if (hidden.length === 0) return this.#buffer.subarray(start, end)
    const pieces: Buffer[] = []
    let at = start
    for (const { from, to, pseudonym } of hidden) {
      pieces.push(this.#buffer.subarray(at, from), Buffer.from(`"${pseudonym}"`, 'latin1'))
      at = to
    }
    return Buffer.concat([...pieces, this.#buffer.subarray(at, end)])
  }

  #longLine(row: number, start: number, end: number): void {
    const text = this.#buffer.toString('latin1', start, end)
    if (this.#chunk.oversized.includes(row)) return this.#refuse(row, text, 'TOO_LARGE', '', 'The line is longer than 16 MiB.')
    if (!this.#allUtf8 && !isUtf8(this.#buffer.subarray(start, end))) {
      return this.#refuse(row, text, 'ENCODING_INVALID', '', 'The line is not valid UTF-8.')
    }
    let wire: unknown
    try {
      wire = text.includes('\\u') ? byteStringsOf(JSON.parse(this.#buffer.toString('utf8', start, end))) : JSON.parse(text)
    } catch (error) {
      // The engine's own message quotes the input, which may hold personal data: only the position is kept.
      const position = /position (\d+)/.exec((error as Error).message)?.[1]
      return this.#refuse(row, text, 'JSON_INVALID', '', `Not valid JSON${position ? ` at byte ${position}` : ''}.`)
    }
    const event = readEvent(wire, this.#normalise)
    if ('code' in event && 'message' in event) return this.#refuse(row, text, event.code, event.field, event.message)
    const masked = this.#mask(text, wire as object, event)
    const raw = masked === text ? this.#buffer.subarray(start, end) : Buffer.from(masked, 'latin1')
    const digest = hash('sha256', isNamedByContent(event) ? canonicalContent(raw.toString()) : raw, 'buffer')
    this.#packer.add(row, digest.readUInt32LE(0), digest.readUInt32LE(4), event)
    this.#columns.add(event, row, raw)
  }

  #mask(text: string, wire: object, event: Event): string {
    if (!mayIdentify(wire as Record<string, unknown>)) return text
    const masked = maskIdentity(text, this.#hide)
    if (event.kind !== 'settlement') return masked
    const { psn_name, certno, mdtrt_cert_no } = event
    if ([psn_name, certno, mdtrt_cert_no].every((pseudonym) => masked.includes(pseudonym))) return masked
    // A key was written with escapes, which a search of the text does not see: the event is written anew.
    const named = Object.entries({ psn_name, certno, mdtrt_cert_no }).filter(([, pseudonym]) => pseudonym !== '')
    return JSON.stringify({ ...wire, ...Object.fromEntries(named) })
  }

  #refuse(row: number, text: string, code: DeadLetterCode, field: string, message: string): void {
    const masked =
      code === 'JSON_INVALID' || code === 'TOO_LARGE' || code === 'ENCODING_INVALID'
        ? maskUnparsed(text)
        : maskIdentity(text, this.#hide)
    this.#deadLetters.push({
      row,
      code,
      field,
      message: maskUnparsed(message),
      line: Buffer.from(masked, 'latin1').toString('utf8'),
    })
  }
}

/** An inventory row without a number of its own is known by what it says, in whatever form (contract, "Identity"). */
function isNamedByContent(event: Event): boolean {
  return event.kind === 'inventory' && event.inv_id === ''
}

/** One parsed line as an event, or why it is none. */
export function readEvent(wire: unknown, normalise: ReturnType<typeof createNormaliser>): Event | Fault {
  if (typeof wire !== 'object' || wire === null || Array.isArray(wire)) {
    return { code: 'TYPE_INVALID', field: '', message: 'The line is no JSON object.' }
  }
  const { kind } = wire as { kind?: unknown }
  if (kind === undefined || kind === null || kind === '')
    return { code: 'FIELD_MISSING', field: 'kind', message: 'kind: is mandatory' }
  if (kind === 'reference') return readReference(wire as Record<string, unknown>)
  if (typeof kind !== 'string' || !Object.hasOwn(SHAPES, kind)) {
    return { code: 'KIND_UNKNOWN', field: 'kind', message: `kind: unknown${wordOf(kind)}` }
  }
  const event = normalise(kind as PackedKind, wire as Record<string, unknown>)
  if (isFault(event)) return event
  const read = event as unknown as Event
  return read.kind === 'settlement' && isRefund(read) ? refundAsVoid(read) : read
}

/** Refund rows of the warehouses: flagged, or with a negative total (contract, "Identity, duplicates, voids"). */
function isRefund(settlement: Settlement): boolean {
  return settlement.refd_setl_flag === '1' || settlement.medfee_sumamt < 0
}

function refundAsVoid(settlement: Settlement): Void {
  const { setl_id, orig_setl_id, psn_no, fixmedins_code, setl_time, mdtrt_id, medfee_sumamt, ingest_time, opter } = settlement
  return { kind: 'void', setl_id, orig_setl_id, psn_no, fixmedins_code, setl_time, mdtrt_id, medfee_sumamt, ingest_time, opter }
}
