import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cell, Drawer, lastExpiryOf, NOTHING_HELD } from './record.ts'

const time = fc.integer({ min: 0, max: 4_102_444_800_000 })
const cell: fc.Arbitrary<Cell> = fc.record({
  state: fc.option(
    fc.json().map((text) => JSON.parse(JSON.stringify(JSON.parse(text)))),
    { nil: undefined },
  ),
  held: fc.oneof(
    fc.constant(NOTHING_HELD),
    fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { minKeys: 1, noNullPrototype: true }),
  ),
  wakeAt: fc.option(time, { nil: undefined }),
  forgetAt: fc.option(time, { nil: undefined }),
})
const name = fc.oneof(fc.constant(''), fc.string({ maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 20 }))
/** Some few names, so that cells are changed and removed again. */
const changes = fc
  .array(name, { minLength: 1, maxLength: 6 })
  .chain((names) =>
    fc.array(fc.record({ name: fc.constantFrom(...names), cell: fc.option(cell, { nil: undefined }) }), { maxLength: 12 }),
  )

type Change = { readonly name: string; readonly cell: Cell | undefined }

function put(drawer: Drawer, { name, cell }: Change): void {
  const slot = drawer.slot(name, undefined)
  slot.cell = cell
  slot.changed = true
}

/** What was last said of each name. */
function expected(all: readonly Change[]): Map<string, Cell> {
  const cells = new Map<string, Cell>()
  for (const { name, cell } of all) {
    if (cell) cells.set(name, cell)
    else cells.delete(name)
  }
  return cells
}

function read(record: Uint8Array | null, all: readonly Change[]): Map<string, Cell> {
  const drawer = new Drawer('c|', record ?? undefined)
  const found = all.map(({ name }) => [name, drawer.slot(name, undefined).cell] as const)
  const cells = new Map(found.filter((entry): entry is [string, Cell] => entry[1] !== undefined))
  expect(new Map(new Drawer('c|', record ?? undefined).all().map(({ name, cell }) => [name, cell]))).toEqual(cells)
  return cells
}

test('What is put into a record comes back, over any number of openings', () => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 4 }), (rounds) => {
      let record: Uint8Array | null = null
      for (const round of rounds) {
        const drawer = new Drawer('c|', record ?? undefined)
        for (const change of round) put(drawer, change)
        record = drawer.encode()
      }
      const all = rounds.flat()
      expect(read(record, all)).toEqual(expected(all))
      expect(record === null).toBe(expected(all).size === 0)
    }),
  )
})

test('Of a record only what may be forgotten is forgotten, whether it was read or not', () => {
  fc.assert(
    fc.property(changes, changes, time, (before, after, watermark) => {
      const first = new Drawer('c|', undefined)
      for (const change of before) put(first, change)
      const drawer = new Drawer('c|', first.encode() ?? undefined)
      for (const change of after) put(drawer, change)
      drawer.forget(watermark)
      const left = [...expected([...before, ...after])].filter(
        ([, { held, forgetAt }]) => held !== NOTHING_HELD || forgetAt === undefined || forgetAt > watermark,
      )
      const record = drawer.encode()
      expect(read(record, [...before, ...after])).toEqual(new Map(left))
      const ends = left.flatMap(([, { held, forgetAt }]) => (held === NOTHING_HELD && forgetAt !== undefined ? [forgetAt] : []))
      if (record) expect(lastExpiryOf(record)).toBe(ends.length > 0 ? Math.max(...ends) : Number.POSITIVE_INFINITY)
    }),
  )
})

test('A record larger than the memory in which records are put together is whole', () => {
  const drawer = new Drawer('c|', undefined)
  const state = '药'.repeat(1_000_000)
  const change = (name: string) => ({ name, cell: { state, held: NOTHING_HELD, wakeAt: 1, forgetAt: 2 } })
  for (const name of ['A', 'B']) put(drawer, change(name))
  expect(read(drawer.encode(), [change('A'), change('B')])).toEqual(expected([change('A'), change('B')]))
})
