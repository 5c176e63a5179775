import { expect, test } from 'vitest'
import { findDetectors } from '../../../pipeline/catalogue.ts'
import { shortfalls, truthRun } from '../../testing/truth.ts'

const results = new Map((await findDetectors()).map(({ id, result }) => [id, result]))
const resultOf = (id: string) => results.get(id)!

test('In a region in which every kind of case is planted nearly all are found, and no look-alike is accused', async () => {
  const run = await truthRun(300, 5)
  expect(run.settlements).toBeGreaterThan(2_000)
  expect(run.detectors.filter(({ cases }) => cases > 0).length).toBeGreaterThan(65)
  expect(shortfalls(run, resultOf)).toEqual([])
})

test('Where nothing is planted hardly anybody is accused', async () => {
  const { settlements, grave } = await truthRun(4_000, 6, true)
  expect(settlements).toBeGreaterThan(3_900)
  expect(grave).toBe(0)
})

test('What falls short is named', () => {
  const score = { cases: 100, found: 98, alerts: 100, false_alerts: 2, recall: 0.98, precision: 0.98 }
  const one = { ...score, detector_id: 'POL-01', recall: 0.5, decoys: 1, decoys_hit: 1 }
  const decoy = { decoy: true, detector_id: 'POL-01', setl_ids: ['S1'] } as const
  const told = shortfalls(
    {
      by_result: { violation: score, suspicion: { ...score, recall: 0.96, precision: 0.91 } },
      detectors: [one],
      missed: [],
      false_alerts: [],
      decoys_hit: [{ decoy, alert: {} as never }],
    },
    resultOf,
  )
  expect(told).toEqual([
    'violation: recall 0.98',
    'violation: precision 0.98',
    'POL-01: recall 0.5',
    'POL-01: a look-alike was accused (S1)',
  ])
})
