import type { SourceChunk } from '../engine/chunk.ts'
import type { ChunkSize } from './lines.ts'

/**
 * Chunks in their order, as many together as are no larger than one of them may be: what little each of many partitions says
 * is then written at once, and what is large is written while the next is judged.
 */
export function* roundsOf(chunks: readonly SourceChunk[], size: ChunkSize): Generator<SourceChunk[]> {
  let round: SourceChunk[] = []
  let lines = 0
  let bytes = 0
  for (const chunk of chunks) {
    const isTooMuch = lines + chunk.ends.length > size.lines || bytes + chunk.bytes.length > size.bytes
    if (round.length > 0 && isTooMuch) {
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
