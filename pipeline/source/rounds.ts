import type { SourceChunk } from '../engine/chunk.ts'
import type { ChunkSize } from './lines.ts'

/** Ranges together at most: an insert names the place of each, and what stands before a server may limit how long it is. */
const MOST_RANGES = 32

/**
 * Chunks in their order, as many together as are no larger than one of them may be: what little each of many partitions says
 * is then written at once, and what is large is written while the next is judged.
 *
 * @param isApart whether a chunk may come again otherwise than it was: what repeats a round must be all of it
 */
export function* roundsOf(
  chunks: Iterable<SourceChunk>,
  size: ChunkSize,
  isApart: (chunk: SourceChunk) => boolean = () => false,
): Generator<SourceChunk[]> {
  let round: SourceChunk[] = []
  let lines = 0
  let bytes = 0
  for (const chunk of chunks) {
    const isTooMuch = lines + chunk.ends.length > size.lines || bytes + chunk.bytes.length > size.bytes
    const isOther = isApart(chunk) || round.some(isApart)
    if (round.length > 0 && (isTooMuch || isOther || round.length === MOST_RANGES)) {
      yield round
      round = []
      lines = 0
      bytes = 0
    }
    round.push(chunk)
    lines += chunk.ends.length
    bytes += chunk.bytes.length
  }
  if (round.length > 0) yield round
}
