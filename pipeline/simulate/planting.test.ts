import { describe, expect, it } from 'vitest'
import { CATALOGUE } from './catalogue.ts'
import { PLANTS } from './plants.ts'
import { simulate } from './simulate.ts'
import { run } from './testing/stream.ts'
import { isDecoy } from './truth.ts'

const { events, settlements, truth } = run({ settlements: 2000, seed: 9 })
const settled = new Set(settlements.map((settlement) => settlement.setl_id))
const voided = new Set(events.filter((event) => event.kind === 'void').map((event) => event.orig_setl_id))

describe('the planted cases', () => {
  it.each(PLANTS)('of $detector_id have at least three cases and three look-alikes', ({ detector_id }) => {
    const own = truth.filter((row) => row.detector_id === detector_id)
    expect(own.filter((row) => !isDecoy(row)).length).toBeGreaterThanOrEqual(3)
    expect(own.filter(isDecoy).length).toBeGreaterThanOrEqual(3)
  })

  it.each(PLANTS)('of $detector_id show every variation that fits the size of the run', ({ detector_id, cases, decoys }) => {
    const played = truth.filter((row) => row.detector_id === detector_id).map((row) => row.case_id!.split('/')[1])
    const wanted = [...cases, ...decoys].filter((variation) => (variation.leastSettlements ?? 0) <= 2000)
    expect(new Set(played)).toEqual(new Set(wanted.map((variation) => variation.name)))
  })

  it('name settlements that are in the stream, each in one case only', () => {
    const named = truth.flatMap((row) => row.setl_ids)
    expect(named.filter((setl_id) => !settled.has(setl_id))).toEqual([])
    expect(new Set(named).size).toBe(named.length)
    for (const row of truth.filter(isDecoy)) expect(row.setl_ids).not.toEqual([])
  })

  it('have identities of their own', () => {
    const ids = truth.map((row) => row.case_id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('say what the alert is about', () => {
    for (const row of truth) if (!isDecoy(row)) expect(row.subject_id).not.toBe('')
  })

  it('take back a settlement of every case that must end retracted, or correct its stay', () => {
    const retracted = truth.filter((row) => !isDecoy(row) && row.retract)
    expect(retracted.length).toBeGreaterThan(10)
    const withoutVoid = retracted.filter((row) => !row.setl_ids.some((setl_id) => voided.has(setl_id)))
    expect(new Set(withoutVoid.map((row) => row.detector_id))).toEqual(new Set(['MGT-08']))
  })

  it('grow with the run', () => {
    let cases = 0
    for (const row of simulate({ settlements: 90_000, seed: 9 })) {
      if (!('truth' in row)) break
      if (row.truth.detector_id === 'POL-01' && !isDecoy(row.truth)) cases++
    }
    expect(cases).toBe(9)
  })

  it('rely on items whose codes are well formed and nobody else’s', () => {
    const items = [...CATALOGUE, ...PLANTS.flatMap((plant) => plant.items ?? [])]
    expect(new Set(items.map((item) => item.code)).size).toBe(items.length)
    const prefixes = items.flatMap((item) => item.trace_prefix ?? [])
    expect(new Set(prefixes).size).toBe(prefixes.length)
    for (const item of items) expect(item.code).toMatch(/^(X[A-Z0-9]{22}|Z[A-Z0-9]{19}|\d{15}|C\d{19}|T\d{9})$/)
  })

  it('are left out on request', () => {
    expect(run({ settlements: 50, seed: 9, planted: false }).truth).toEqual([])
  })
})
