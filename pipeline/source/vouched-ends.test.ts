import { expect, test } from 'vitest'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Position } from './inbox.ts'
import { VouchedEnds } from './vouched-ends.ts'

function leader(highs: (number | Error)[]) {
  const asked: number[] = []
  const ends = new VouchedEnds(async ({ partition }) => {
    asked.push(partition)
    const high = highs.shift()!
    if (high instanceof Error) throw high
    return high
  })
  return { ends, asked }
}

const at = (offset: number, partition = 0): Position => ({ topic: 'fundwatch.settlement', partition, offset })

test('An end is believed where its leader vouches for it, and is asked for once', async () => {
  const { ends, asked } = leader([7])
  expect(await ends.among([at(7)])).toEqual([at(7)])
  expect(await ends.among([at(9)])).toEqual([at(9)])
  expect(asked).toEqual([0])
})

test('A leader that was just elected ends too early: only the end that it vouches for is one', async () => {
  const { ends } = leader([7])
  expect(await ends.among([at(3)])).toEqual([])
  expect(await ends.among([at(7)])).toEqual([at(7)])
})

test('A log that has become shorter than was vouched for ends where its leader now says', async () => {
  const { ends, asked } = leader([7, 5])
  await ends.among([at(7)])
  expect(await ends.among([at(5)])).toEqual([at(5)])
  expect(asked).toHaveLength(2)
})

test('Where no leader answers, the end stays in doubt and is asked for again', async () => {
  const { ends } = leader([new FundwatchError('KAFKA_UNREACHABLE', 'no leader'), 4])
  expect(await ends.among([at(4)])).toEqual([])
  expect(await ends.among([])).toEqual([at(4)])
  expect(await ends.among([])).toEqual([])
})

test('Whoever reads from elsewhere asks anew', async () => {
  const { ends, asked } = leader([7, 7])
  await ends.among([at(7)])
  ends.clear()
  await ends.among([at(7), at(8)])
  expect(asked).toHaveLength(2)
})

test('Any other fault is told', async () => {
  const { ends } = leader([new Error('broken')])
  await expect(ends.among([at(4)])).rejects.toThrow('broken')
})
