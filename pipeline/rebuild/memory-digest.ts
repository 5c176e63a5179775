import { createHash } from 'node:crypto'
import type { Instant } from '../../schemas/time.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { lastingIn } from '../shard/records.ts'

/** Of the memory's own marks, those that follow from the events alone. */
const MARKS = ['m|batch', 'm|next|', 'm|shard']

/**
 * SHA-256 over what memory knows. What may be forgotten is left out: when it is swept away depends on how fast the store was,
 * and judges nothing.
 */
export function memoryDigest(memory: KeyValue): string {
  const watermark = watermarkOf(memory)
  const digest = createHash('sha256')
  for (const [key, value] of memory.scan('')) {
    if (key.startsWith('m|') && !MARKS.some((mark) => key.startsWith(mark))) continue
    const said = key.startsWith('c|') ? lastingIn(value, watermark) : [Buffer.from(value).toString('latin1')]
    if (said.length > 0) digest.update(`${key}\n${said.join('\n')}\n`)
  }
  return digest.digest('hex')
}

function watermarkOf(memory: KeyValue): Instant {
  const stored = memory.get('m|shard')
  const { watermark = null } = stored ? (JSON.parse(Buffer.from(stored).toString()) as { watermark: Instant | null }) : {}
  return watermark ?? Number.NEGATIVE_INFINITY
}
