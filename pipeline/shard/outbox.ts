import type { KeyValue } from '../memory/key-value.ts'

/** A parcel on its way: kept in memory until Kafka has it. */
export interface Outgoing {
  /** Its place in memory, to be removed when it was sent. */
  readonly key: string
  readonly to: number
  readonly bytes: Buffer
  /** It tells parts of something, and not only how far its sender is; of one that was left by a crash nobody asks. */
  readonly tells?: boolean
}

const OUTBOX = 'x|'

/** Parcels that were committed and, for all that is known, not sent. */
export function* outboxOf(memory: Pick<KeyValue, 'scan'>): Generator<Outgoing> {
  for (const [key, bytes] of memory.scan(OUTBOX)) {
    yield { key, to: Number(key.split('|')[1]), bytes: Buffer.from(bytes) }
  }
}

/** Where a parcel waits; they are found again in the order of their numbers. */
export function outboxKey(to: number, seq: number): string {
  return `${OUTBOX}${String(to).padStart(4, '0')}|${String(seq).padStart(15, '0')}`
}
