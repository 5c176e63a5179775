import { expect, test } from 'vitest'
import { settlement } from '../../detectors/testing/events.ts'
import { accusingEach } from '../testing/plain-detector.ts'
import { runShard } from '../testing/shard-run.ts'

const settled = (setl_id: string, pric: number, fixmedins_code = 'H1') =>
  JSON.stringify(settlement({ setl_id, fixmedins_code, feedetail: [{ pric }] }))

test('The score is the sum of its parts: severity, amount among its like, confidence, history of the subject', async () => {
  const events = [settled('S1', 10), settled('S2', 1_000), settled('S3', 100), settled('S4', 1, 'H2')]
  const { alerts } = await runShard([accusingEach('POL-01', { result: 'violation', severity: 1 })], events)
  const parts = [...alerts.values()].map(({ risk_parts }) => risk_parts)
  expect(parts).toEqual([
    { severity: 40, amount: 15, confidence: 20, history: 0 },
    { severity: 40, amount: 22.5, confidence: 20, history: 1.7 },
    { severity: 40, amount: 15, confidence: 20, history: 2.9 },
    { severity: 40, amount: 3.8, confidence: 20, history: 0 },
  ])
  for (const { risk_score, risk_parts } of alerts.values()) {
    expect(risk_score).toBeCloseTo(Object.values(risk_parts).reduce((sum, points) => sum + points, 0))
    expect(risk_score).toBeLessThanOrEqual(100)
  }
})

test('Scores are the same at every batch size and after crashes', async () => {
  const events = Array.from({ length: 30 }, (_, i) => settled(`S${i}`, (i * 37) % 11, `H${i % 3}`))
  const scores = async (options: object) =>
    [...(await runShard([accusingEach('MGT-13')], events, options)).alerts.values()].map(({ risk_score }) => risk_score)
  const expected = await scores({ batch: 100 })
  for (const options of [{ batch: 1 }, { batch: 7 }, { batch: 4, crashEvery: 2 }]) expect(await scores(options)).toEqual(expected)
})
