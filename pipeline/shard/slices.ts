import type { Space } from '../../detectors/detector.ts'
import { HOUR } from '../../schemas/time.ts'

/**
 * A region is cut into slices, one for each partition of the settlements. A slice reads its partitions and holds the memory
 * of the persons, institutions, doctors ... that are its own; of all others it tells the slices that own them.
 */
export interface Slices {
  /** The slice that this is, from 0. */
  readonly index: number
  readonly count: number
  /** The name of this slice's history, where somebody else keeps it: memory made anew from that history is the same memory. */
  readonly life?: string
}

/** The slice where every alert is numbered, scored, budgeted and told within another one: there is one log of them. */
export const DESK = 0

/** What a slice reads runs no farther ahead of verdicts than this: what is remembered of it cannot be forgotten before. */
export const AHEAD = HOUR

/** Numbers of batches: of each slice as many as will ever be, and of all no more than a number of JavaScript tells apart. */
export const BATCHES = 2 ** 40

/**
 * Whose memory this is. Persons lie where Kafka's own producers put their settlements (murmur2), so that these need not be
 * sent on; a producer that chooses partitions otherwise costs time and changes nothing.
 */
export function ownerOf(space: Space, root: string, count: number): number {
  return (murmur2(Buffer.from(space === 'person' ? root : `${space}|${root}`)) & 0x7fffffff) % count
}

const FACTOR = 0x5bd1e995

/** Austin Appleby's hash as Kafka's Java client seeds it. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes
  let hash = 0x9747b28c ^ length
  let at = 0
  for (; at + 4 <= length; at += 4) {
    let word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    word = Math.imul(word, FACTOR)
    word ^= word >>> 24
    hash = Math.imul(hash, FACTOR) ^ Math.imul(word, FACTOR)
  }
  const rest = length - at
  if (rest === 3) hash ^= bytes[at + 2]! << 16
  if (rest >= 2) hash ^= bytes[at + 1]! << 8
  if (rest >= 1) hash = Math.imul(hash ^ bytes[at]!, FACTOR)
  hash ^= hash >>> 13
  hash = Math.imul(hash, FACTOR)
  return hash ^ (hash >>> 15)
}
