import { expect, it } from 'vitest'
import { timeScale } from './scale.ts'

const at = (text: string) => Date.parse(`${text}+08:00`)

it('writes days at midnight in Beijing when the span is long', () => {
  const { x, ticks } = timeScale(at('2026-03-01T09:00:00'), at('2026-03-05T10:00:00'), 0, 400)
  expect(ticks.map(({ text }) => text)).toEqual(['03-02', '03-03', '03-04', '03-05'])
  expect([x(at('2026-03-01T09:00:00')), x(at('2026-03-05T10:00:00'))]).toEqual([0, 400])
})

it('writes hours and minutes when it is short', () => {
  const { ticks } = timeScale(at('2026-03-02T10:00:00'), at('2026-03-02T10:03:30'), 0, 400)
  expect(ticks.map(({ text }) => text)).toEqual(['10:00', '10:01', '10:02', '10:03'])
})

it('never writes more words than there is room for', () => {
  for (const days of [1, 5, 30, 200, 2_000]) {
    const from = at('2026-01-01T00:00:00')
    expect(timeScale(from, from + days * 86_400_000, 0, 300).ticks.length).toBeLessThanOrEqual(5)
  }
})
