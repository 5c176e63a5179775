import { expect, it } from 'vitest'
import { Ring } from './ring.ts'

const seqsAfter = (ring: Ring<{ seq: number }>, seq: number) => [...ring.after(seq)].map((entry) => entry.seq)

it('holds at least its capacity of the newest, and says from where on', () => {
  const ring = new Ring<{ seq: number }>(3, 10)
  for (let seq = 11; seq <= 17; seq++) ring.push({ seq })
  expect([ring.floor, ring.head]).toEqual([13, 17])
  expect(seqsAfter(ring, ring.floor)).toEqual([14, 15, 16, 17])
  expect(seqsAfter(ring, 15)).toEqual([16, 17])
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
