import { expect, test } from 'vitest'
import type { FeeLine } from '../../../schemas/events.ts'
import type { Visit } from '../../detector.ts'
import { itemOf } from './item-of.ts'

const feedetail = ['1', '2', '3'].map((feedetl_sn) => ({ feedetl_sn }) as FeeLine)
const visit = { feedetail, items: [undefined, { name: 'B' }, { name: 'C' }] } as unknown as Visit

test('A line keeps its item row when lines before it are left out', () => {
  expect([0, 1, 2].map((i) => itemOf(visit, feedetail, i)?.name)).toEqual([undefined, 'B', 'C'])
  const left = [{ ...feedetail[2]!, cnt: 1 }]
  expect(itemOf(visit, left, 0)?.name).toBe('C')
})
