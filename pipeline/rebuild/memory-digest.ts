import { createHash } from 'node:crypto'
import type { Instant } from '../../schemas/time.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { lastingIn } from '../shard/records.ts'

/** Of the memory's own marks, those that follow from what was heard alone. Where a disk stands in its topics is its own. */
const MARKS = ['m|batch', 'm|next|', 'm|shard', 'm|exchange']
/** Parcels that may still have to be sent: a matter of who has heard them already, and of no judgement. */
const OUTBOX = 'x|'

/** SHA-256 over what memory knows. */
export function memoryDigest(memory: KeyValue): string {
  const digest = createHash('sha256')
  for (const [key, said] of knownIn(memory)) digest.update(`${key}\n${said}\n`)
  return digest.digest('hex')
}

/** The keys of which two memories do not know the same. */
export function differingKeys(one: KeyValue, other: KeyValue): string[] {
  const [known, others] = [new Map(knownIn(one)), new Map(knownIn(other))]
  return [...new Set([...known.keys(), ...others.keys()])].filter((key) => known.get(key) !== others.get(key)).sort()
}

/**
 * What memory knows, by key. What may be forgotten is left out: when it is swept away depends on how fast the store was, and
 * on who has begun when, and judges nothing.
 */
export function* knownIn(memory: KeyValue): Generator<readonly [key: string, said: string]> {
  const time = timeIn(memory)
  for (const [key, value] of memory.scan('')) {
    if (key.startsWith(OUTBOX) || (key.startsWith('m|') && !MARKS.some((mark) => key.startsWith(mark)))) continue
    const said = key.startsWith('c|') ? lastingIn(value, time) : [Buffer.from(value).toString('latin1')]
    if (said.length > 0) yield [key, said.join('\n')]
  }
}

/** The time by which memory forgets: where it is one slice of several, that of all, which may be later than its own. */
function timeIn(memory: KeyValue): Instant {
  const { verdicts } = read<{ verdicts?: Instant | null }>(memory, 'm|exchange')
  const { watermark } = read<{ watermark?: Instant | null }>(memory, 'm|shard')
  return (verdicts === undefined ? watermark : verdicts) ?? Number.NEGATIVE_INFINITY
}

function read<T extends object>(memory: KeyValue, key: string): Partial<T> {
  const stored = memory.get(key)
  return stored ? (JSON.parse(Buffer.from(stored).toString()) as T) : {}
}
