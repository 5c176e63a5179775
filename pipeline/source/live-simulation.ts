import { setTimeout } from 'node:timers/promises'
import { DAY, dayOf, formatDay, type Instant } from '../../schemas/time.ts'
import { chunkOfText } from '../engine/chunk.ts'
import type { Engine } from '../engine/engine.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { simulate } from '../simulate/simulate.ts'
import { LOCAL_CLOCK } from './replay.ts'

export const SIMULATION_SOURCE = 'simulator'
const KEY = 'm|simulation'
const DAYS = 60
/** Stays run on after the last day, and the closing heartbeat lies behind them: all of it must be past. */
const AFTERMATH_DAYS = 35
const TICK = 250
/** Events sent together where nothing paces them. */
const BURST = 2_000

export interface LiveSimulationOptions {
  /** Settlements of the whole run. */
  readonly settlements: number
  /** Events that are sent at once, so that the first look finds something. */
  readonly headStart: number
  /** Events per second after that; 0 is as fast as they are taken. */
  readonly rate: number
  readonly now: Instant
  readonly signal: AbortSignal
}

/**
 * Feeds a synthetic region to the engine at a steady pace, so that a newcomer sees alerts arrive. Its sixty days lie
 * behind today, and it goes on after a restart where it stopped: the same seed and first day give the same events.
 */
export async function runLiveSimulation(engine: Engine, memory: KeyValue, options: LiveSimulationOptions): Promise<void> {
  const { settlements, headStart, rate, signal } = options
  const start = await firstDay(memory, options.now)
  const done = engine.journal.nextOf(SIMULATION_SOURCE, 0) ?? 0
  const events = eventsOf(settlements, start)
  for (let i = 0; i < done; i++) events.next()
  let first = done
  for (;;) {
    const pace = rate > 0 && first >= headStart ? Math.max(1, Math.round((rate * TICK) / 1_000)) : BURST
    const lines = take(events, pace)
    if (lines.length === 0 || signal.aborted) return
    const chunk = chunkOfText(lines.join('\n'))
    await engine.submit({ ...chunk, source: SIMULATION_SOURCE, partition: 0, first, replayable: false, clock: LOCAL_CLOCK })
    first += lines.length
    if (pace !== BURST) await pause(TICK, signal)
  }
}

async function firstDay(memory: KeyValue, now: Instant): Promise<string> {
  const known = memory.get(KEY)
  if (known) return Buffer.from(known).toString()
  const start = formatDay(dayOf(now - (DAYS + AFTERMATH_DAYS) * DAY))
  await memory.commit(new Map([[KEY, Buffer.from(start)]]))
  return start
}

function* eventsOf(settlements: number, start: string): Generator<string> {
  for (const row of simulate({ settlements, seed: 1, start, days: DAYS })) if ('event' in row) yield row.event
}

function take(events: Generator<string>, count: number): string[] {
  const lines: string[] = []
  while (lines.length < count) {
    const next = events.next()
    if (next.done) break
    lines.push(next.value)
  }
  return lines
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal }).catch(() => {})
}
