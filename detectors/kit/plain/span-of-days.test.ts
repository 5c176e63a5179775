import { expect, test } from 'vitest'
import { spanOfDays } from './span-of-days.ts'

test('One day is named once, and of several the first and the last', () => {
  const said = (from: string, to: string) => (['zh', 'en'] as const).map((language) => spanOfDays(from, to, language))
  expect(said('2026-03-02T08:00:00+08:00', '2026-03-02T18:00:00+08:00')).toEqual(['2026-03-02', 'on 2026-03-02'])
  expect(said('2026-03-02', '2026-03-05')).toEqual(['2026-03-02至2026-03-05', 'between 2026-03-02 and 2026-03-05'])
})
