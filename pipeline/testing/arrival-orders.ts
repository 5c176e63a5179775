import { HOUR, type Instant, MINUTE, parseInstant } from '../../schemas/time.ts'
import { Random } from '../simulate/random.ts'
import type { Read } from './shard-run.ts'

/** How late an event may come (contract, "Time and order"), a moment less. */
const SOON = 10 * MINUTE - 1
const SLOW = 72 * HOUR - 1
const STAYS = /^(?:2|52)/

type Wire = Readonly<Record<string, string | undefined>>

/**
 * The lines as they might have arrived as well: each event late by chance, within what the contract allows. Reference rows
 * stay where they were, heartbeats come at their time, and what repeats an identity comes after the first of it.
 */
export function shuffled(lines: readonly string[], seed: number): string[] {
  const events = lines.map((line) => JSON.parse(line) as Wire)
  const moving = events
    .flatMap((event, order) => (event.kind === 'reference' ? [] : [{ order, at: arrivalOf(event, seed) }]))
    .sort((a, b) => a.at - b.at || a.order - b.order)
  let next = 0
  return events.map(({ kind }, order) => (kind === 'reference' ? lines[order]! : lines[moving[next++]!.order]!))
}

function timeOf({ kind, setl_time, time, begntime, endtime }: Wire): Instant {
  return parseInstant((setl_time ?? time ?? (kind === 'discharge' ? endtime : begntime))!)
}

function arrivalOf(event: Wire, seed: number): Instant {
  const { kind, setl_id, mdtrt_id, inv_id, med_type = '' } = event
  if (kind === 'heartbeat') return timeOf(event)
  const isSlow = kind === 'admission' || kind === 'discharge' || kind === 'inventory' || STAYS.test(med_type)
  const chance = new Random([seed, kind, setl_id ?? mdtrt_id ?? inv_id ?? JSON.stringify(event)].join('|')).next()
  return timeOf(event) + chance * (isSlow ? SLOW : SOON)
}

const SETTLEMENTS = 3

/**
 * The lines as a source reads them from topics that were all written before: reference rows first, then stays, inventory and
 * three partitions of settlements, whose turns and amounts are left to chance, so that they come to be days apart.
 */
export function apart(lines: readonly string[], most: number, seed: number): Read[] {
  const partitions = new Map<string, string[]>()
  for (const line of lines) {
    const name = partitionOf(JSON.parse(line) as Wire)
    const known = partitions.get(name)
    if (known) known.push(line)
    else partitions.set(name, [line])
  }
  const [knowledge = [], heartbeats = []] = ['reference', 'heartbeat'].map((name) => partitions.get(name))
  partitions.delete('reference')
  partitions.delete('heartbeat')
  const random = new Random(`partitions|${seed}`)
  let left = [...partitions].map(([partition, all]) => ({ partition, all, from: 0 }))
  const speaking = () => left.map(({ partition }) => partition)
  const reads: Read[] = [{ partition: 'reference', lines: knowledge, reading: speaking() }]
  while (left.length > 0) {
    const one = left[Math.floor(random.next() * left.length)]!
    const until = one.from + 1 + Math.floor(random.next() * most)
    reads.push({ partition: one.partition, lines: one.all.slice(one.from, until), reading: speaking() })
    one.from = until
    left = left.filter(({ all, from }) => from < all.length)
  }
  return [...reads, { partition: 'settlement0', lines: heartbeats, reading: [] }]
}

function partitionOf({ kind = '', psn_no = '' }: Wire): string {
  if (kind === 'reference' || kind === 'heartbeat' || kind === 'inventory') return kind
  if (kind === 'admission' || kind === 'discharge') return 'stay'
  let sum = 0
  for (let i = 0; i < psn_no.length; i++) sum += psn_no.charCodeAt(i)
  return `settlement${sum % SETTLEMENTS}`
}
