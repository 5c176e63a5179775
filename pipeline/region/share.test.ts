import { expect, test } from 'vitest'
import { Share } from './share.ts'

interface Opening {
  readonly index: number
  readonly isWanted: () => boolean
  /** Ends it, as far as it goes. */
  end(): void
}

/** Slices that open when they are told to, and what became of them. */
function shareOf() {
  const openings: Opening[] = []
  const closed: number[] = []
  const failures: Error[] = []
  const open = (index: number, isWanted: () => boolean) =>
    new Promise<{ close(): Promise<void> } | undefined>((done) => {
      const slice = { close: async () => void closed.push(index) }
      openings.push({ index, isWanted, end: () => done(isWanted() ? slice : undefined) })
    })
  const share = new Share({ open, onFailed: (error) => failures.push(error) })
  return { share, openings, closed, failures }
}

test('A slice that is taken away while it is opened is given up, and nobody takes it before it is', async () => {
  const { share, openings, closed } = shareOf()
  const given = share.give([0])
  let isTaken = false
  const taken = share.take([0]).then(() => {
    isTaken = true
  })
  expect(openings[0]!.isWanted()).toBe(false)
  await Promise.resolve()
  expect(isTaken).toBe(false)
  openings[0]!.end()
  await Promise.all([given, taken])
  expect(share.open).toEqual([])
  expect(closed).toEqual([])
})

test('Several are opened at once; one that is taken away before its turn is not opened at all', async () => {
  const { share, openings, closed } = shareOf()
  const given = share.give([0, 1, 2, 3, 4, 5])
  expect(openings.map(({ index }) => index)).toEqual([0, 1, 2, 3])
  await share.take([4])
  for (const { end } of openings) end()
  await new Promise((done) => setImmediate(done))
  expect(openings.map(({ index }) => index)).toEqual([0, 1, 2, 3, 5])
  openings.at(-1)!.end()
  await given
  expect(share.open).toHaveLength(5)
  await share.takeAll()
  expect(closed.sort()).toEqual([0, 1, 2, 3, 5])
})

test('A slice that is given again is opened once, though the first gift has not come to it yet', async () => {
  const { share, openings } = shareOf()
  const first = share.give([0, 1, 2, 3, 4])
  await share.take([4])
  const second = share.give([4])
  for (let i = 0; i < openings.length; i++) openings[i]!.end()
  await Promise.all([first, second])
  expect(openings.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4])
  expect(share.open).toHaveLength(5)
})

test('A slice that cannot be opened is told, and the others are opened', async () => {
  const failures: Error[] = []
  const open = async (index: number) => {
    if (index === 1) throw new Error('The history cannot be read.')
    return { close: async () => {} }
  }
  const share = new Share({ open, onFailed: (error) => failures.push(error) })
  await share.give([0, 1, 2])
  expect(failures.map(({ message }) => message)).toEqual(['The history cannot be read.'])
  expect(share.open).toHaveLength(2)
})
