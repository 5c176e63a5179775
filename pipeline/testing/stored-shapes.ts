import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Detector, Step } from '../../detectors/detector.ts'
import { cityOf, type Quarter, silence, within } from '../../detectors/testing/city.ts'
import { parseInstant } from '../../schemas/time.ts'
import { PREFIX } from '../shard/cells.ts'
import type { Outcome } from '../shard/outcome.ts'
import { Parts } from '../shard/parts.ts'
import { Drawer } from '../shard/record.ts'
import { simulate } from '../simulate/simulate.ts'
import { runShard } from './shard-run.ts'
import { StoredShape } from './stored-shape.ts'
import { isOfTheThird } from './third.ts'

/** Fixed, so that all machines see the same. */
const SEED = 20260302
const HISTORIES = 6
/** Long before everything: what needs a history to be judged is remembered. */
const history_from = parseInstant('2020-01-01 00:00:00')
const LONG_AFTER = silence(parseInstant('2028-01-01 00:00:00'))

/**
 * For each part that remembers, as `ID:PART@version`, a digest of the shape of what it stores: over the golden files, a small
 * region, and histories of the city that makes its detector speak. `null` where it stores nothing: it
 * only passes on what it hears.
 */
export async function storedShapes(detectors: readonly Detector[]): Promise<Record<string, string | null>> {
  const parts = new Parts(detectors).all.filter(({ part }) => !part.memoryless)
  const shapes = new Map(parts.map(({ name }) => [name, new StoredShape()]))
  const golden = readFileSync(new URL('golden/corrections.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  const region = [...simulate({ settlements: 100, seed: 7, days: 70 })].flatMap((row) =>
    'event' in row && isOfTheThird(row.event) ? [row.event] : [],
  )
  const nameOf = new Map(parts.map(({ name, detector, part }) => [`${detector.id}:${part.name}`, name]))
  const shapeOf = (id: string, part: string) => shapes.get(nameOf.get(`${id}:${part}`) ?? '')
  const watched = detectors.map((detector) => watchedBy(shapeOf, detector))
  for (const lines of [golden, region]) see(shapes, (await runShard(watched, lines, { batch: 50, history_from })).outcomes)
  for (const detector of watched) {
    if (detector.parts.every(({ memoryless }) => memoryless)) continue
    const quarter = await quarterOf(detector)
    const { knowledge, history } = cityOf(quarter)
    for (const events of fc.sample(history, { seed: SEED, numRuns: HISTORIES })) {
      const told = [...knowledge, ...events.map(({ event }) => event), LONG_AFTER]
      const lines = told.map((event) => JSON.stringify(event))
      see(shapes, (await runShard([within(quarter, detector)], lines, { batch: 3, history_from })).outcomes)
    }
  }
  const digests = [...shapes].map(([name, shape]) => [name, `${shape}` === '' ? null : digestOf(`${shape}`)] as const)
  return Object.fromEntries(digests.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * What is told is mostly judged at the very moment, and only lies in memory for long where slices wait for each other: of parts
 * that hear it the memory is seen after every step.
 */
function watchedBy(shapeOf: (id: string, part: string) => StoredShape | undefined, detector: Detector): Detector {
  const parts = detector.parts.map((part): Detector['parts'][number] => {
    const shape = shapeOf(detector.id, part.name)
    if (!shape || !part.on.includes('told')) return part
    const { form, onEvent, onTime } = part
    const seen = <S extends Step<unknown>>(step: S): S => {
      if (!step.unchanged && step.state !== undefined) shape.see(throughJson(form ? form.pack(step.state) : step.state))
      return step
    }
    return {
      ...part,
      onEvent: (...given) => seen(onEvent(...given)),
      ...(onTime && { onTime: (...given: Parameters<typeof onTime>) => seen(onTime(...given)) }),
    }
  })
  return { ...detector, parts }
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

async function quarterOf({ id, category }: Detector): Promise<Quarter> {
  const file = new URL(`../../detectors/${category}/${id}.city.ts`.toLowerCase(), import.meta.url)
  return existsSync(file) ? ((await import(file.href)) as { default: Quarter }).default : {}
}

function see(shapes: ReadonlyMap<string, StoredShape>, outcomes: readonly Outcome[]): void {
  for (const [key, value] of outcomes.flatMap(({ changes }) => [...changes])) {
    if (!key.startsWith(PREFIX) || value === null) continue
    for (const { name, cell } of new Drawer(key, value).all()) {
      const stored = (name || key).split('|').find((piece) => shapes.has(piece))
      if (stored && cell!.state !== undefined) shapes.get(stored)!.see(cell!.state)
    }
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
