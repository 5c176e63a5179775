import type { Detector } from '../../detectors/detector.ts'
import type { Alert } from '../../schemas/alert.ts'
import type { Settlement } from '../../schemas/events.ts'
import { canonicalContent } from '../decode/canonical.ts'
import { createDecode } from '../decode/decode.ts'
import { maskedText } from '../decode/mask.ts'
import { type Arrival, unpack } from '../decode/packed.ts'
import { chunkOfText, lineOf } from '../engine/chunk.ts'
import { InMemory } from '../memory/in-memory.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { Budget } from '../shard/guard.ts'
import type { Outcome } from '../shard/outcome.ts'
import { Shard } from '../shard/shard.ts'

export interface ShardRun {
  readonly alerts: ReadonlyMap<string, Alert>
  readonly revisions: readonly Alert[]
  readonly outcomes: readonly Outcome[]
  /** By `detector:part`, how many events were judged, or skipped with a reason. */
  readonly judged: ReadonlyMap<string, number>
  /** Codes of refused events by line number, those of the door included. */
  readonly refused: readonly { readonly line: number; readonly code: string }[]
  readonly memory: KeyValue
}

export interface ShardRunOptions {
  readonly batch?: number
  /** After so many batches the shard is thrown away and made anew from its memory, losing what was not committed. */
  readonly crashEvery?: number
  readonly now?: number
  readonly shadow?: readonly string[]
  readonly budget?: Budget
  readonly history_from?: number
  /** What was known before; nothing where absent. */
  readonly memory?: KeyValue
}

/** Lines of one partition that are judged together. */
export interface Read {
  readonly partition: string
  readonly lines: readonly string[]
  /** Told before them: of these partitions there is more to come. */
  readonly reading?: readonly string[]
}

const plain = (value: string) => value

function isRead(lines: readonly string[] | readonly Read[]): lines is readonly Read[] {
  return typeof lines[0] === 'object'
}

function inOrder(lines: readonly string[], batch: number): Read[] {
  const reads: Read[] = []
  for (let from = 0; from < lines.length; from += batch)
    reads.push({ partition: 'local', lines: lines.slice(from, from + batch) })
  return reads
}

/** Runs lines through a real shard over memory without a disk; originals and comparisons come from the lines themselves. */
export async function runShard(
  detectors: readonly Detector[],
  lines: readonly string[] | readonly Read[],
  options: ShardRunOptions = {},
): Promise<ShardRun> {
  const { batch = 100, crashEvery = Number.POSITIVE_INFINITY, now = Date.UTC(2030, 0, 1), memory = new InMemory() } = options
  const { shadow, budget, history_from } = options
  const decode = createDecode(Buffer.alloc(32, 7))
  let shard = new Shard(memory, { detectors, shadow, budget, history_from })
  const settlements = new Map<string, Settlement>()
  const texts = new Map<string, string>()
  const outcomes: Outcome[] = []
  const refused: { line: number; code: string }[] = []
  let [from, turn] = [0, 0]
  for (const { partition, lines: together, reading } of isRead(lines) ? lines : inOrder(lines, batch)) {
    turn++
    const chunk = chunkOfText(together.join('\n'))
    const decoded = decode(chunk)
    const arrivals = unpack(decoded.packed)
    for (const arrival of arrivals) {
      const { kind, id, row } = arrival
      if (kind === 'settlement' && !settlements.has(id)) settlements.set(id, arrival.event() as Settlement)
      if (!texts.has(`${kind}|${id}`)) texts.set(`${kind}|${id}`, maskedText(lineOf(chunk, row), plain))
    }
    const input = {
      arrivals,
      partition,
      reading,
      now,
      matchedVoids: new Map<number, string>(),
      originalOf: (setl_id: string) => settlements.get(setl_id),
      saysTheSame: ({ kind, id, row }: Arrival) => {
        const known = texts.get(`${kind}|${id}`)
        return known !== undefined && canonicalContent(known) === canonicalContent(maskedText(lineOf(chunk, row), plain))
      },
    }
    if (turn % crashEvery === 0) {
      // The batch is judged but its memory is lost with the process: the same range comes again to the memory before it.
      shard.push(input)
      shard = new Shard(memory, { detectors, shadow, budget, history_from })
    }
    const outcome = shard.push(input)
    await memory.commit(outcome.changes)
    shard.release(outcome)
    outcomes.push(outcome)
    for (const { row, code } of [...decoded.deadLetters, ...outcome.refusals]) refused.push({ line: from + row + 1, code })
    from += together.length
  }
  const revisions = outcomes.flatMap(({ alerts }) => alerts)
  const judged = judgedIn(outcomes)
  return { alerts: new Map(revisions.map((alert) => [alert.alert_id, alert])), revisions, outcomes, judged, refused, memory }
}

export function judgedIn(outcomes: readonly Outcome[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { detector_id, part, judged, skipped } of outcomes.flatMap(({ judgements }) => judgements)) {
    const name = `${detector_id}:${part}`
    const count = judged + Object.values(skipped).reduce((sum, n) => sum + n, 0)
    counts.set(name, (counts.get(name) ?? 0) + count)
  }
  return counts
}
