import { DataType, type RecordBatch, RecordBatchReader, type StructRowProxy, type Vector } from 'apache-arrow'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Chunk } from '../decode/decode.ts'
import { chunkOfText } from '../engine/chunk.ts'

/**
 * Rows of an Arrow stream or file of one kind of event, as lines; from there on they are events like all others.
 * Several streams may follow each other, as files do that were joined.
 * @throws FundwatchError ARROW_INVALID
 */
export function linesOfArrow(bytes: Uint8Array): Chunk {
  try {
    let text = ''
    let streams = 0
    for (const reader of RecordBatchReader.readAll(bytes)) {
      if (reader.open().schema === undefined) break
      streams++
      for (const batch of reader) text += textOf(batch)
    }
    if (streams === 0 && bytes.length > 0) throw new Error('it has no schema.')
    return text === '' ? { bytes: new Uint8Array(0), ends: new Uint32Array(0), gap: 1, oversized: [] } : chunkOfText(text)
  } catch (error) {
    throw invalid(error as Error)
  }
}

/** The same, piece by piece; of a stream, one record batch is in memory at a time. */
export async function* readArrow(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for await (const reader of RecordBatchReader.readAll(bytes)) {
      for await (const batch of await reader.open()) yield Buffer.from(textOf(batch))
    }
  } catch (error) {
    throw invalid(error as Error)
  }
}

/** So many bytes tell whether it is Arrow. */
export const ARROW_HEAD = 6

/** First bytes of an Arrow file, and of an Arrow stream (continuation marker). */
export function isArrow(head: Uint8Array): boolean {
  const file = Buffer.from(head.subarray(0, ARROW_HEAD)).toString('latin1') === 'ARROW1'
  return file || (head[0] === 0xff && head[1] === 0xff && head[2] === 0xff && head[3] === 0xff)
}

function invalid(cause: Error): FundwatchError {
  if (cause instanceof FundwatchError) return cause
  return new FundwatchError('ARROW_INVALID', `Not an Arrow stream: ${cause.message}`, { cause })
}

function textOf(batch: RecordBatch): string {
  const columns = batch.schema.fields.map(({ name, type }, i) => ({ name, type, values: batch.getChildAt(i)! }))
  let text = ''
  for (let row = 0; row < batch.numRows; row++) {
    const event = Object.fromEntries(columns.map(({ name, type, values }) => [name, plain(values.get(row), type)]))
    text += `${JSON.stringify(withRow(event))}\n`
  }
  return text
}

/** A reference row may be a struct or, as each table has columns of its own, JSON. */
function withRow(event: Record<string, unknown>): Record<string, unknown> {
  if (event.kind !== 'reference' || typeof event.row !== 'string') return event
  try {
    return { ...event, row: JSON.parse(event.row) as unknown }
  } catch {
    // The text stays, and is refused as a row of the wrong type.
    return event
  }
}

/** A value as JSON says it: times and decimals as text, whole numbers as numbers. */
function plain(value: unknown, type: DataType): unknown {
  if (value === null || value === undefined) return null
  if (DataType.isDictionary(type)) return plain(value, type.dictionary)
  if (DataType.isTimestamp(type)) {
    const utc = new Date(Number(value)).toISOString()
    // A time without a zone is a wall clock's, as it is in text.
    return type.timezone ? utc : utc.slice(0, 19)
  }
  if (DataType.isDate(type)) return new Date(Number(value)).toISOString().slice(0, 10)
  if (DataType.isDecimal(type)) return decimalOf(value as Uint32Array, type.scale)
  if (DataType.isList(type)) return Array.from(value as Vector, (item) => plain(item, type.valueType))
  if (DataType.isStruct(type)) {
    const row = value as StructRowProxy
    return Object.fromEntries(type.children.map((field) => [field.name, plain(row[field.name], field.type)]))
  }
  return typeof value === 'bigint' ? Number(value) : value
}

/** Words of a two's complement number, the lowest first, as a decimal fraction. */
function decimalOf(words: Uint32Array, scale: number): string {
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) + BigInt(word), 0n)
  const number = BigInt.asIntN(32 * words.length, unsigned)
  const digits = (number < 0n ? -number : number).toString().padStart(scale + 1, '0')
  const fraction = scale > 0 ? `.${digits.slice(-scale)}` : ''
  return `${number < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${fraction}`
}
