import { existsSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HOUR, type Instant, MINUTE, parseInstant } from '../schemas/time.ts'
import type { Detector, Finding, Told } from './detector.ts'
import { byTime, type City, cityOf, type Quarter, reversal, silence, type Timed, timed, within } from './testing/city.ts'
import { type Options, type Outcome, runOnce } from './testing/scenario.ts'

/**
 * What every detector on disk owes to the engine: a new one is covered by being there. The laws run it over random events
 * of a very small city (testing/city.ts).
 */
const HERE = import.meta.dirname
const CATEGORIES = readdirSync(HERE, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['kit', 'testing'].includes(entry.name))
  .map((entry) => entry.name)
const DETECTOR_FILE = /^[a-z]{3}-\d\d\.ts$/
const FILES = CATEGORIES.flatMap((category) =>
  readdirSync(`${HERE}/${category}`)
    .filter((file) => DETECTOR_FILE.test(file))
    .map((file) => `${category}/${file}`),
)
const DETECTORS = await Promise.all(
  FILES.map(async (file) => {
    const { default: original } = (await import(`${HERE}/${file}`)) as { default: Detector }
    const quarterFile = `${HERE}/${file.replace('.ts', '.city.ts')}`
    const quarter = existsSync(quarterFile) ? ((await import(quarterFile)) as { default: Quarter }).default : {}
    return { file, id: original.id, detector: within(quarter, original), city: cityOf(quarter) }
  }),
)

/** Fixed, so that what fails on one machine fails on all. */
const SEED = 20260302
/** After everything: no verdict waits any longer, and no memory matters. */
const LONG_AFTER = silence(parseInstant('2028-01-01 00:00:00'))

function outcomeOf({ knowledge }: City, detector: Detector, events: readonly Timed[], options?: Options): Outcome {
  return runOnce(detector, [...knowledge, ...events.map(({ event }) => event), LONG_AFTER], options)
}

/** What findings say, in an order of its own. */
function said(findings: readonly Finding[]): string[] {
  return findings.map((finding) => JSON.stringify(finding, undefined, 1)).sort()
}

function openAfter(city: City, detector: Detector, events: readonly Timed[]): string[] {
  return said(outcomeOf(city, detector, events).open)
}

test('No id is given twice', () => {
  const ids = DETECTORS.map(({ detector }) => detector.id)
  expect(ids.length).toBeGreaterThan(0)
  expect(new Set(ids).size).toBe(ids.length)
})

/** What is told of a topic, whatever it has to say. */
function tellingOf(topic: string): Told {
  const values = new Proxy({}, { get: () => 'X' })
  return { kind: 'told', topic, of: 'X', period: 'X', at: 0, admdvs: '990101', values }
}

test('Who listens to what is told says to which topics, and has no root for others', () => {
  const parts = DETECTORS.flatMap(({ detector }) => detector.parts).filter(({ on }) => (on as readonly string[]).includes('told'))
  expect(parts.filter(({ hears }) => hears === undefined)).toEqual([])
  const topics = new Set(parts.flatMap(({ hears }) => hears!))
  expect(topics.size).toBeGreaterThan(0)
  for (const topic of topics) {
    const rooted = parts.filter((part) => part.root(tellingOf(topic)) !== '')
    expect(rooted).toEqual(parts.filter(({ hears }) => hears!.includes(topic)))
  }
})

describe.each(DETECTORS)('$id', ({ file, detector, city }) => {
  /** What is told of reversals themselves rests on them (contract: "only valid events count" does not apply to ANO-15). */
  const judgesReversals = detector.parts.some((part) => (part.on as readonly string[]).includes('reversal'))

  test('is called what its file is called, and stands on the law', () => {
    const { id, category, version, title, basis, stages, behaviour, parts } = detector
    expect(file).toBe(`${category.toLowerCase()}/${id.toLowerCase()}.ts`)
    expect(id).toMatch(new RegExp(`^${category}-\\d\\d$`))
    expect(version).toBeGreaterThanOrEqual(1)
    expect([title.zh, title.en, behaviour]).not.toContain('')
    expect(basis.length).toBeGreaterThan(0)
    for (const { law, article } of basis) expect([law, article]).not.toContain('')
    expect(stages.length).toBeGreaterThan(0)
    expect(new Set(parts.map((part) => part.name)).size).toBe(parts.length)
  })

  test('has, for each parameter, exactly one value that holds always and everywhere', () => {
    const params: readonly (readonly { since?: string; admdvs?: string }[])[] = Object.values(detector.params)
    for (const values of params) expect(values.filter(({ since, admdvs }) => !since && !admdvs)).toHaveLength(1)
  })

  test('explains its example in both languages, with a number of the evidence', () => {
    const [zh, en] = sentencesOf(detector, detector.example)
    expect(zh).not.toBe(en)
    const numbers = numbersIn(detector.example)
    const digits = (sentence: string) => sentence.replaceAll(/(?<=\d),(?=\d{3})/g, '').match(/\d+(?:\.\d+)?/g) ?? []
    const names = (sentence: string) => digits(sentence).some((text) => numbers.has(Number(text)))
    expect([zh, en].filter(names)).toEqual([zh, en])
  })

  test('says what an alert needs, with evidence of the shape of its example', () => {
    let findings = 0
    check(40, city.history, (events) => {
      const { open, retracted } = outcomeOf(city, detector, events)
      const paid = events.filter(({ event }) => event.kind !== 'inventory')
      const times = new Map(paid.map(({ at, event }) => [event.setl_id, at]))
      for (const finding of [...open, ...retracted]) expectAlertGround(finding, times, detector)
      const voided = new Set(events.map(({ event }) => event.orig_setl_id))
      const named = open.flatMap(({ setl_ids }) => setl_ids)
      if (!judgesReversals) expect(named.filter((id) => voided.has(id))).toEqual([])
      findings += open.length
    })
    // A detector that says nothing keeps every law: teach the city what makes it speak (`Quarter`).
    expect(findings).toBeGreaterThan(0)
  })

  test('remembers nothing but its memory: crashed and resumed at every step, it says the same', () => {
    check(12, city.history, (events) => {
      expect(outcomeOf(city, detector, events, { crashEachStep: true })).toEqual(outcomeOf(city, detector, events))
    })
  })

  test('hears one key and never another', () => {
    check(6, city.history, (events) => {
      const { cells, tellers, open } = outcomeOf(city, detector, events)
      // Who hears what others tell needs them, and nobody else.
      const besides = (key: string) => tellers.includes(key)
      const alone = cells.flatMap((cell) => outcomeOf(city, detector, events, { only: (key) => key === cell, besides }).open)
      expect(said(alone)).toEqual(said(open))
    })
  })

  if (!judgesReversals)
    test('takes back with a void exactly what its original did', () => {
      check(25, reversed(city), ({ events, settled, back }) => {
        const neither = byTime([...events, quiet(settled.at), quiet(back.at)])
        expect(openAfter(city, detector, byTime([...events, settled, back]))).toEqual(openAfter(city, detector, neither))
      })
    })

  const takesBack = detector.parts.some(({ memoryless, onVoid }) => memoryless || onVoid)
  if (!judgesReversals && takesBack)
    test.each(['have gone', 'have come'])('takes back exactly that although reference rows %s meanwhile', (what) => {
      const gone = city.knowledge.map((row) => ({ ...row, deleted: true }))
      const [usual, meanwhile] = what === 'have gone' ? [city.knowledge, gone] : [gone, city.knowledge]
      check(25, reversed(city), ({ events, settled, back }) => {
        const openAfter = (...more: readonly Timed[]) => {
          const all = byTime([...more, ...events])
          const before = all.filter(({ at }) => at < back.at).map(({ event }) => event)
          const [voided, ...after] = all.filter(({ at }) => at >= back.at).map(({ event }) => event)
          return said(runOnce(detector, [...usual, ...before, ...meanwhile, voided!, ...usual, ...after, LONG_AFTER]).open)
        }
        expect(openAfter(settled, back)).toEqual(openAfter(quiet(settled.at), quiet(back.at)))
      })
    })

  test('says the same in whichever order events arrive within the allowed delays', () => {
    check(25, delayed(city), ({ events, arrived }) =>
      expect(openAfter(city, detector, arrived)).toEqual(openAfter(city, detector, events)),
    )
  })
})

/** Events by time, and the same as they arrive after random delays, each within what the contract allows. */
function delayed({ history }: City) {
  return history.chain((events) =>
    fc.tuple(...events.map(() => fc.double({ min: 0, max: 1, noNaN: true }))).map((shares) => {
      const arrivals = events.map((event, i) => ({ event, arrival: event.at + shares[i]! * event.delay }))
      return { events, arrived: arrivals.sort((a, b) => a.arrival - b.arrival).map(({ event }) => event) }
    }),
  )
}

/** A history, one settlement more, and its reversal; what a void newly forms is sought only within memory (contract). */
function reversed({ recentHistory, extra }: City) {
  return fc
    .tuple(recentHistory, extra.map(timed), fc.constantFrom(MINUTE, 3 * HOUR, 30 * HOUR))
    .map(([events, settled, after]) => ({ events, settled, back: timed(reversal(settled.event, settled.at + after)) }))
}

function quiet(at: Instant): Timed {
  return { at, event: silence(at), delay: 0 }
}

function check<T>(numRuns: number, arbitrary: fc.Arbitrary<T>, law: (value: T) => void): void {
  const property = fc.property(arbitrary, (value) => {
    law(value)
  })
  const { failed, counterexample, errorInstance } = fc.check(property, { seed: SEED, numRuns })
  if (failed) throw new Error(`Broken by\n${JSON.stringify(counterexample)}`, { cause: errorInstance })
}

function sentencesOf(detector: Detector, evidence: unknown): [zh: string, en: string] {
  const sentences: [string, string] = [detector.explain(evidence, 'zh'), detector.explain(evidence, 'en')]
  for (const sentence of sentences) {
    expect(sentence.length).toBeGreaterThan(10)
    expect(sentence).not.toMatch(/undefined|null|NaN|Infinity|\[object/)
  }
  return sentences
}

function expectAlertGround(finding: Finding, times: ReadonlyMap<unknown, Instant>, detector: Detector): void {
  const { subject, severity, vola_amt, setl_ids, lines, at, evidence, count = 1 } = finding
  expect(subject.id).not.toBe('')
  expect([1, 2, 3, 4]).toContain(severity)
  expect([vola_amt, count, at].every(Number.isSafeInteger)).toBe(true)
  expect(vola_amt).toBeGreaterThanOrEqual(0)
  expect(count).toBeGreaterThanOrEqual(1)
  const inOrder = [...new Set(setl_ids)].sort((a, b) => times.get(a)! - times.get(b)! || (a < b ? -1 : 1))
  expect(setl_ids).toEqual(inOrder)
  expect(setl_ids).toEqual(expect.arrayContaining(lines.map((line) => line.setl_id)))
  if (subject.type === 'settlement') expect(setl_ids).toContain(subject.id)
  const accused = lines.filter((line) => line.vola_item_type === 1)
  if (accused.length > 0) expect(accused.reduce((sum, line) => sum + line.vola_amt, 0)).toBe(vola_amt)
  expect(JSON.parse(JSON.stringify(evidence))).toStrictEqual(evidence)
  expect(Object.keys(evidence as object).sort()).toEqual(Object.keys(detector.example).sort())
  sentencesOf(detector, evidence)
}

function numbersIn(value: unknown): Set<number> {
  if (typeof value === 'number') return new Set([value])
  if (typeof value !== 'object' || value === null) return new Set()
  return new Set(Object.values(value).flatMap((inner) => [...numbersIn(inner)]))
}
