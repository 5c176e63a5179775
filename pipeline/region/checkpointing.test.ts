import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Checkpointing } from './checkpointing.ts'

/** A slice whose copies take a while; tells of each when it begins and ends. */
function slowSlice(name: string, log: string[], keptAt?: number) {
  return {
    keptAt,
    async checkpoint() {
      log.push(`${name} begins`)
      await sleep(5)
      log.push(`${name} ends`)
    },
  }
}

test('The slices are copied one after the other, as often as is wished, until it is stopped', async () => {
  const log: string[] = []
  const slices = [slowSlice('a', log), slowSlice('b', log)]
  const checkpointing = new Checkpointing({ slices: () => slices, every: 10, onTrouble: () => {} })
  while (log.length < 8) await sleep(5)
  await checkpointing.stop()
  const told = [...log]
  expect(told.slice(0, 4)).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  expect(told.every((said, i) => said.endsWith('ends') === (i % 2 === 1))).toBe(true)
  await sleep(50)
  expect(log).toEqual(told)
})

test('One that cannot be made is told of, and keeps no other from being made', async () => {
  const [log, troubles]: [string[], Error[]] = [[], []]
  const failing = { keptAt: undefined, checkpoint: () => Promise.reject(new Error('no room')) }
  const slices = [failing, slowSlice('b', log)]
  const checkpointing = new Checkpointing({ slices: () => slices, every: 10, onTrouble: (error) => troubles.push(error) })
  while (log.length < 4) await sleep(5)
  await checkpointing.stop()
  expect(troubles.length).toBeGreaterThan(1)
  expect(troubles[0]!.message).toBe('no room')
})

test('However many slices there are, and however often it is wished, copying takes no more than a quarter of the time', async () => {
  const copies: { begun: number; ended: number }[] = []
  const slices = Array.from({ length: 4 }, () => ({
    keptAt: undefined,
    async checkpoint() {
      const begun = performance.now()
      await sleep(20)
      copies.push({ begun, ended: performance.now() })
    },
  }))
  const checkpointing = new Checkpointing({ slices: () => slices, every: 1, onTrouble: () => {} })
  while (copies.length < 4) await sleep(5)
  await checkpointing.stop()
  for (const [i, { begun, ended }] of copies.slice(0, -1).entries()) {
    expect(copies[i + 1]!.begun - ended).toBeGreaterThan(2.5 * (ended - begun))
  }
})

test('What another worker has copied a moment ago is not due', async () => {
  const log: string[] = []
  const slices = [slowSlice('a', log, Date.now()), slowSlice('b', log)]
  const checkpointing = new Checkpointing({ slices: () => slices, every: 2_000, onTrouble: () => {} })
  while (log.length < 2) await sleep(5)
  await checkpointing.stop()
  expect(log).toEqual(['b begins', 'b ends'])
})
