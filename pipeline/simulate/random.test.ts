import { describe, expect, it } from 'vitest'
import { distinct } from './basket.ts'
import { mix, Random } from './random.ts'

const draws = (random: Random, count: number) => Array.from({ length: count }, () => random.next())

describe('chance', () => {
  it('repeats itself for the same label only', () => {
    expect(draws(new Random('a'), 5)).toEqual(draws(new Random('a'), 5))
    expect(draws(new Random('a'), 5)).not.toEqual(draws(new Random('b'), 5))
  })

  it('branches off the same way however much was drawn before', () => {
    const random = new Random('a')
    const before = draws(random.fork('x'), 3)
    random.next()
    expect(draws(random.fork('x'), 3)).toEqual(before)
    expect(draws(random.fork('y'), 3)).not.toEqual(before)
  })

  it('is even', () => {
    const random = new Random('even')
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 8000; i++) counts[random.below(4)]!++
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200)
  })

  it('includes both ends of a range', () => {
    const random = new Random('ends')
    expect(new Set(Array.from({ length: 200 }, () => random.between(3, 5)))).toEqual(new Set([3, 4, 5]))
  })

  it('picks different entries of a list of any length', () => {
    const random = new Random('list')
    for (const length of [1, 2, 12, 29]) {
      const list = Array.from({ length }, (_, i) => i)
      expect(new Set(distinct(random, list, length)).size).toBe(length)
    }
  })

  it('mixes neighbours far apart', () => {
    const buckets = new Set(Array.from({ length: 64 }, (_, i) => mix(i, 1) >>> 26))
    expect(buckets.size).toBeGreaterThan(35)
  })
})
