import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReferenceTable } from '../schemas/reference.ts'
import { DAY, parseInstant } from '../schemas/time.ts'
import { type Known, ReferenceBook, type ReferenceView, tableBit } from './reference.ts'

const MARCH = parseInstant('2026-03-02 10:00:00')

interface Validity {
  readonly from?: string
  readonly to?: string
}

function bookOf(...rows: readonly (readonly [ReferenceTable, string, Record<string, unknown>, Validity?])[]): ReferenceBook {
  const book = new ReferenceBook()
  for (const [table, id, row, validity] of rows) book.put(table, known(id, row, validity), false)
  return book
}

function known(id: string, row: Record<string, unknown>, { from, to }: Validity = {}): Known<ReferenceTable> {
  const instant = (day?: string) => (day === undefined ? undefined : parseInstant(day))
  return { id, row, effective_from: instant(from), effective_to: instant(to) }
}

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id)

test('A code is looked up by any column that names it, and by the id where its own column is missing', () => {
  const book = bookOf(['mutex', 'pair', { code_a: 'A', code_b: 'B' }], ['price_cap', 'C', { cap: 1 }])
  expect(idsOf(book.lookup('mutex', 'B', MARCH))).toEqual(['pair'])
  expect(idsOf(book.lookup('price_cap', 'C', MARCH))).toEqual(['C'])
  expect(book.lookup('mutex', 'C', MARCH)).toEqual([])
})

test('A row that names another code now is not found by the old one', () => {
  const book = bookOf(
    ['gender_limit', 'limit', { code: 'OLD', gend: '1' }],
    ['gender_limit', 'limit', { code: 'NEW', gend: '1' }],
  )
  expect(book.best('gender_limit', 'OLD', MARCH)).toBeUndefined()
  expect(book.best('gender_limit', 'NEW', MARCH)?.id).toBe('limit')
})

test('A code that a row names only in another year or region is not found by it', () => {
  const book = bookOf(
    ['price_cap', 'cap', { code: 'OLD', cap: 1 }],
    ['price_cap', 'cap', { code: 'NEW', cap: 2 }, { from: '2026-01-01' }],
    ['price_cap', 'cap', { code: 'THERE', cap: 3, admdvs: '990200' }, { from: '2026-01-01' }],
  )
  expect(book.lookup('price_cap', 'OLD', MARCH)).toEqual([])
  expect(book.best('price_cap', 'OLD', parseInstant('2025-12-31'))?.row.cap).toBe(1)
  expect(book.best('price_cap', 'THERE', MARCH, { admdvs: '990101' })).toBeUndefined()
  expect(book.best('price_cap', 'THERE', MARCH, { admdvs: '990201' })?.row.cap).toBe(3)
})

test('A row holds from the beginning of its first day to the end of its last', () => {
  const book = bookOf(['item', 'X', { name: 'x' }, { from: '2026-03-02', to: '2026-03-03 10:00:00' }])
  const begin = parseInstant('2026-03-02')
  const asked = [begin - 1, begin, begin + 2 * DAY - 1, begin + 2 * DAY]
  expect(asked.map((at) => book.find('item', 'X', at) !== undefined)).toEqual([false, true, true, false])
})

test('The nearest region wins, then the level, then the later beginning, then the smaller id', () => {
  const rows = [
    ['everywhere', { cap: 1 }, { from: '2026-02-01' }],
    ['province', { cap: 2, admdvs: '990000' }],
    ['later', { cap: 3, admdvs: '990000' }, { from: '2026-01-01' }],
    ['twin', { cap: 4, admdvs: '990000' }, { from: '2026-01-01' }],
    ['hospital', { cap: 5, admdvs: '990000', level: '3' }],
    ['county', { cap: 6, admdvs: '990101' }],
  ] as const
  const orders = [rows, rows.toReversed()]
  for (const order of orders) {
    const book = bookOf(...order.map(([id, row, validity]) => ['price_cap', id, { code: 'X', ...row }, validity] as const))
    const bestIn = (admdvs: string, level = '') => book.best('price_cap', 'X', MARCH, { admdvs, level })?.id
    expect([bestIn('990101', '3'), bestIn('990201', '3'), bestIn('990201', '2'), bestIn('980101')]).toEqual([
      ...['county', 'hospital', 'later', 'everywhere'],
    ])
  }
})

test('Of rows of several kinds the best of those asked for is found', () => {
  const book = bookOf(
    ['frequency', 'near', { code: 'X', period: 'VISIT', max_cnt: 1, admdvs: '990101' }],
    ['frequency', 'far', { code: 'X', period: 'DAY', max_cnt: 2 }],
  )
  const daily = book.best('frequency', 'X', MARCH, { admdvs: '990101' }, ({ period }) => period === 'DAY')
  expect(daily?.id).toBe('far')
})

test('The region of an institution says where it stands, not where its row holds', () => {
  const book = bookOf(['institution', 'H1', { admdvs: '990101', level: '3' }])
  expect(book.find('institution', 'H1', MARCH, { admdvs: '980000', level: '1' })?.id).toBe('H1')
})

test('A deleted row is gone, and its other variants are not', () => {
  const book = bookOf(['price_cap', 'cap', { code: 'X', cap: 1 }], ['price_cap', 'cap', { code: 'X', cap: 2, level: '3' }])
  book.put('price_cap', known('cap', { level: '3' }), true)
  expect(book.best('price_cap', 'X', MARCH, { level: '3' })?.row.cap).toBe(1)
  book.put('price_cap', known('cap', {}), true)
  expect([book.find('price_cap', 'cap', MARCH), book.lookup('price_cap', 'X', MARCH)]).toEqual([undefined, []])
})

const BED = '001109000010000'
const LOCAL_BED = `${BED}a1`
const STENT = 'C0201010110200101071'

test('A row of the national code speaks of a code with a local suffix or a serial too', () => {
  const book = bookOf(
    ...[BED, STENT].flatMap((code) => [
      ['item', code, { name: code }] as const,
      ['price_cap', `cap ${code}`, { code, cap: 1 }] as const,
      ['discount', `group ${code}`, { codes: ['OTHER', code] }] as const,
    ]),
  )
  for (const [base, code] of [
    [BED, LOCAL_BED],
    [STENT, `${STENT}0000001`],
  ] as const) {
    expect(book.find('item', code, MARCH)?.row.name).toBe(base)
    expect(book.best('price_cap', code, MARCH)?.id).toBe(`cap ${base}`)
    expect(idsOf(book.lookup('discount', code, MARCH))).toEqual([`group ${base}`])
    expect(book.tablesOf(code)).toBe(tableBit('price_cap') | tableBit('discount') | tableBit('item'))
    expect(book.nameIn('discount', code, MARCH)).toBe(base)
  }
})

test('A row that names the full code speaks alone, in its own table', () => {
  const book = bookOf(
    ['item', BED, { name: 'bed' }],
    ['item', LOCAL_BED, { name: 'local bed' }],
    ['mutex', 'base', { code_a: BED, code_b: 'X' }],
    ['mutex', 'local', { code_a: 'Y', code_b: LOCAL_BED }],
    ['frequency', 'base', { code: BED, period: 'DAY', max_cnt: 1 }],
    ['frequency', 'local', { code: LOCAL_BED, period: 'VISIT', max_cnt: 9 }],
    ['price_cap', 'base', { code: BED, cap: 1 }],
  )
  expect(book.find('item', LOCAL_BED, MARCH)?.row.name).toBe('local bed')
  expect(idsOf(book.lookup('mutex', LOCAL_BED, MARCH))).toEqual(['local'])
  expect(book.nameIn('mutex', LOCAL_BED, MARCH)).toBe(LOCAL_BED)
  expect(book.best('frequency', LOCAL_BED, MARCH, {}, ({ period }) => period === 'DAY')).toBeUndefined()
  expect(book.best('price_cap', LOCAL_BED, MARCH)?.id).toBe('base')
  expect(idsOf(book.lookup('mutex', `${BED}a2`, MARCH))).toEqual(['base'])
  expect(idsOf(book.lookup('mutex', BED, MARCH))).toEqual(['base'])
})

test('A row of the full code that holds elsewhere or at another time takes no national row away', () => {
  const book = bookOf(
    ['price_cap', 'base', { code: BED, cap: 1 }],
    ['price_cap', 'local', { code: LOCAL_BED, cap: 2, admdvs: '980000' }],
    ['item', BED, { name: 'bed' }],
    ['item', LOCAL_BED, { name: 'local bed' }, { to: '2025-12-31' }],
  )
  expect(book.best('price_cap', LOCAL_BED, MARCH, { admdvs: '980101' })?.id).toBe('local')
  expect(book.best('price_cap', LOCAL_BED, MARCH, { admdvs: '990101' })?.id).toBe('base')
  expect(book.find('item', LOCAL_BED, MARCH)?.row.name).toBe('bed')
  expect(book.find('item', LOCAL_BED, parseInstant('2025-12-31'))?.row.name).toBe('local bed')
})

test('A row that arrives later is seen, of the base as of the full code', () => {
  const book = bookOf()
  const seen = () => [book.tablesOf(LOCAL_BED) === tableBit('price_cap'), book.best('price_cap', LOCAL_BED, MARCH)?.row.cap]
  expect(seen()).toEqual([false, undefined])
  book.put('price_cap', known('base', { code: BED, cap: 1 }), false)
  expect(seen()).toEqual([true, 1])
  book.put('price_cap', known('local', { code: LOCAL_BED, cap: 2 }), false)
  expect(seen()).toEqual([true, 2])
  book.put('price_cap', known('local', {}), true)
  expect(seen()).toEqual([true, 1])
  book.put('price_cap', known('base', {}), true)
  expect(seen()).toEqual([false, undefined])
})

test('What is no item has no base: persons, and whoever is excepted', () => {
  const book = bookOf(['person', BED, { gend: '1' }], ['exception', 'e', { subject_id: BED }])
  expect(book.find('person', LOCAL_BED, MARCH)).toBeUndefined()
  expect(book.lookup('exception', `${BED}123`, MARCH)).toEqual([])
  expect(book.lookup('exception', BED, MARCH)).toHaveLength(1)
})

/** Rows of few names that hold at few places and times, put or deleted one after the other. */
const change = fc.record({
  id: fc.constantFrom('X', 'Y'),
  code: fc.constantFrom('A', BED, LOCAL_BED),
  cap: fc.constantFrom(1, 2),
  admdvs: fc.constantFrom('', '99', '9901'),
  from: fc.constantFrom(undefined, '2026-01-01'),
  deleted: fc.constantFrom(false, false, true),
})

test('Asked for what was known at any time, the book answers as it did then', () => {
  const put = (
    book: ReferenceBook,
    { id, code, cap, admdvs, from, deleted }: typeof change extends fc.Arbitrary<infer T> ? T : never,
  ) => book.put('price_cap', known(id, { code, cap, admdvs }, from === undefined ? {} : { from }), deleted)
  const answers = (book: ReferenceView) =>
    ['A', BED, LOCAL_BED].flatMap((code) => [
      idsOf(book.lookup('price_cap', code, MARCH, { admdvs: '990101' })).sort(),
      book.best('price_cap', code, MARCH, { admdvs: '990101' }, ({ cap }) => cap === 1),
      book.tablesOf(code),
      book.nameIn('price_cap', code, MARCH, { admdvs: '990101' }),
      book.find('price_cap', code === 'A' ? 'X' : 'Y', MARCH, { admdvs: '990101' }),
      idsOf(book.allOf('price_cap', MARCH, {})).sort(),
    ])
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const book = new ReferenceBook()
      const then = [answers(book)]
      for (const each of changes) {
        put(book, each)
        then.push(answers(book))
      }
      expect(then.map((_, number) => answers(book.asOf(number)))).toEqual(then)
    }),
    { seed: 20260302 },
  )
})

test('What says the same again is no news, and what is put as known ever since does not count', () => {
  const book = bookOf(['price_cap', 'X', { cap: 1 }])
  expect(book.put('price_cap', known('X', { cap: 1 }), false)).toBe(1)
  expect(book.version).toBe(2)
  expect(book.asOf(1)).toBe(book)
  book.put('price_cap', known('Y', { cap: 1 }), false, 0)
  expect(book.version).toBe(2)
  expect(book.asOf(0).find('price_cap', 'Y', MARCH)).toBeDefined()
})
