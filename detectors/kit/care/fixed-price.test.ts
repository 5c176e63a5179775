import { expect, test } from 'vitest'
import type { Visit } from '../../detector.ts'
import { isFixedPrice } from './fixed-price.ts'

const visit = (...lines: readonly (readonly [med_chrgitm_type: string, tag?: string])[]) =>
  ({
    feedetail: lines.map(([med_chrgitm_type]) => ({ med_chrgitm_type })),
    items: lines.map(([, tag]) => (tag ? { tags: [tag] } : undefined)),
  }) as unknown as Visit

test('Nothing but fees and items of a fixed price costs everybody the same, and so does a vaccination with whatever else', () => {
  expect(isFixedPrice(visit(['02'], ['12'], ['09', 'fixed_price']))).toBe(true)
  expect(isFixedPrice(visit(['02'], ['09']))).toBe(false)
  expect(isFixedPrice(visit(['09'], ['09', 'vaccination']))).toBe(true)
  expect(isFixedPrice(visit())).toBe(false)
})
