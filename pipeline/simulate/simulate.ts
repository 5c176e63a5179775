import { Admissions } from './admissions.ts'
import { Calendar, DAY } from './calendar.ts'
import { Deliveries } from './deliveries.ts'
import { referenceLine } from './institution.ts'
import { Issuer } from './issuer.ts'
import { regionRows } from './knowledge.ts'
import { People } from './people.ts'
import { type Planted, plantAll } from './planting.ts'
import { PLANTS } from './plants.ts'
import { Random } from './random.ts'
import { Region } from './region.ts'
import { slots } from './schedule.ts'
import { Traffic } from './traffic.ts'
import type { TruthRow } from './truth.ts'
import { Wards } from './wards.ts'
import { unwire } from './wire.ts'
import type { World } from './world.ts'

export interface SimulationOptions {
  /** Settlement events in the run, planted ones included (more, when the planted ones alone are more than half of it). */
  readonly settlements: number
  readonly seed: number
  /** With planted cases and decoys (default), or clean traffic alone. */
  readonly planted?: boolean
  /** First day, `yyyy-MM-dd`. */
  readonly start?: string
  readonly days?: number
}

/** One line of the event stream without its line break, or one row of the truth about it. */
export type SimulatedRow = { readonly event: string } | { readonly truth: TruthRow }

const START = '2026-03-01'
const DAYS = 60
const NOTHING: Planted = { truth: [], references: [], settlements: 0 }

/** How long after the last event the final heartbeat lets time pass: every verdict that waits has been given by then. */
const QUIET_DAYS = 8

/**
 * A synthetic region, deterministic by its options: first the truth, then the reference rows, then everything in the order
 * of its arrival, then a heartbeat.
 */
export function* simulate(options: SimulationOptions): Generator<SimulatedRow> {
  for (const row of simulateWire(options)) yield 'event' in row ? { event: unwire(row.event) } : row
}

/** The same with each event as UTF-8 bytes in a Latin-1 string (see `wire.ts`), for those who write it on at once. */
export function* simulateWire(options: SimulationOptions): Generator<SimulatedRow> {
  const { settlements, seed, planted = true, start = START, days = DAYS } = options
  if (!Number.isInteger(settlements) || settlements < 1)
    throw new RangeError(`settlements must be a whole number from 1: ${settlements}`)
  if (!Number.isInteger(days) || days < 1) throw new RangeError(`days must be a whole number from 1: ${days}`)
  const world = createWorld(seed, settlements, days, start)
  const { deliveries, region } = world
  const traffic = new Traffic(world)
  const wards = new Wards(world)
  const planting = planted ? plantAll(PLANTS, { ...world, issuer: new Issuer('91') }, settlements, days) : NOTHING
  for (const truth of planting.truth) yield { truth }
  for (const row of regionRows(region, days)) yield { event: referenceLine(row) }
  for (const row of planting.references) yield { event: referenceLine(row) }

  const clean = Math.max(settlements - planting.settlements, Math.ceil(settlements / 2))
  for (const slot of slots(clean, days, region.calendar, world.random.fork('schedule'))) {
    yield* arrived(deliveries, slot.at)
    if (slot.business === 'IPT' || slot.business === 'DAYSURG') wards.admit(slot.business, slot.at)
    else traffic.serve(slot.business, slot.at)
  }
  yield* arrived(deliveries, Number.POSITIVE_INFINITY)
  yield { event: `{"kind":"heartbeat","time":"${region.calendar.text(deliveries.latest + QUIET_DAYS * DAY)}"}` }
}

function* arrived(deliveries: Deliveries, until: number): Generator<SimulatedRow> {
  for (let event = deliveries.receive(until); event !== undefined; event = deliveries.receive(until)) yield { event }
}

function createWorld(seed: number, settlements: number, days: number, start: string): World {
  const random = new Random(`fundwatch/${seed}`)
  const region = new Region({ settlements, days }, new Calendar(start), random.fork('region'))
  return {
    region,
    people: new People(region, random.fork('people')),
    admissions: new Admissions(),
    deliveries: new Deliveries(),
    issuer: new Issuer('90'),
    random,
  }
}
