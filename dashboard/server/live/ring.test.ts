import { expect, it } from 'vitest'
import { Ring } from './ring.ts'

const seqsAfter = (ring: Ring<{ seq: number }>, seq: number) => [...ring.after(seq)].map((entry) => entry.seq)

it('holds as many of the newest as it has room for, and says from where on', () => {
  const ring = new Ring<{ seq: number }>(3, 10)
  for (let seq = 11; seq <= 17; seq++) ring.push({ seq })
  expect([ring.floor, ring.head]).toEqual([14, 17])
  expect(seqsAfter(ring, ring.floor)).toEqual([15, 16, 17])
  expect(seqsAfter(ring, 16)).toEqual([17])
  expect(seqsAfter(ring, 17)).toEqual([])
})

it('takes gaps in the log and leaves out what it has', () => {
  const ring = new Ring<{ seq: number }>(10, 0)
  ring.push({ seq: 3 })
  ring.push({ seq: 3 })
  ring.push({ seq: 2 })
  ring.skipTo(8)
  ring.push({ seq: 9 })
  expect(seqsAfter(ring, 0)).toEqual([3, 9])
  expect(seqsAfter(ring, 5)).toEqual([9])
  expect(ring.head).toBe(9)
})
