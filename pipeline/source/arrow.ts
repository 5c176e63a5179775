import { tableFromIPC } from 'apache-arrow'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Chunk } from '../decode/decode.ts'
import { chunkOfText } from '../engine/chunk.ts'

/** Rows of an Arrow stream or file of one kind of event, as lines; from there on they are events like all others. */
export function linesOfArrow(bytes: Uint8Array): Chunk {
  const rows: string[] = []
  try {
    for (const row of tableFromIPC(bytes)) rows.push(JSON.stringify(row, plainNumber))
  } catch (error) {
    throw new FundwatchError('ARROW_INVALID', `Not an Arrow stream: ${(error as Error).message}`, { cause: error })
  }
  return rows.length === 0
    ? { bytes: new Uint8Array(0), ends: new Uint32Array(0), gap: 1, oversized: [] }
    : chunkOfText(rows.join('\n'))
}

/** 64-bit integers come as bigint; whole numbers in events never need more than a double holds. */
function plainNumber(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

/** First bytes of an Arrow file, and of an Arrow stream (continuation marker). */
export function isArrow(head: Uint8Array): boolean {
  const file = Buffer.from(head.subarray(0, 6)).toString('latin1') === 'ARROW1'
  return file || (head[0] === 0xff && head[1] === 0xff && head[2] === 0xff && head[3] === 0xff)
}
