import { expect, test } from 'vitest'
import { readReference } from './reference.ts'

const read = (table: string, row: object) => readReference({ kind: 'reference', table, id: 'x', row })

test('Numbers of a reference row may be decimal strings, dictionary codes integers', () => {
  expect(read('price_cap', { code: 'A', cap: '10.00', level: 3 })).toMatchObject({ row: { code: 'A', cap: 10, level: '3' } })
  expect(read('insutype_limit', { insutypes: [510, 310, '390'] })).toMatchObject({ row: { insutypes: ['510', '310', '390'] } })
  const selected = Array.from({ length: 30 }, (_, i) => ({ code: `A${i}`, price: `${i}.50` }))
  const agreed = [{ fixmedins_code: 'H1', qty: '100', from: '2026-01-01' }]
  expect(read('vbp', { selected, agreed })).toMatchObject({
    row: { selected: selected.map(({ code }, i) => ({ code, price: i + 0.5 })), agreed: [{ fixmedins_code: 'H1', qty: 100 }] },
  })
  const insured = [{ from: '2020-01-01', insutype: 310 }]
  expect(read('person', { gend: 2, brdy: null, insured })).toMatchObject({
    row: { gend: '2', brdy: null, insured: [{ from: '2020-01-01', insutype: '310' }] },
  })
})

test('What came is left as it came; unknown columns stay', () => {
  const row = { cap: '10', extra: '7' }
  expect(read('price_cap', row)).toMatchObject({ row: { cap: 10, extra: '7' } })
  expect(row).toEqual({ cap: '10', extra: '7' })
})

test('Opening hours are two times of day; what cannot be read is refused, for it would be night all day long', () => {
  for (const open_hours of ['08:00-22:00', '00:00-24:00', '20:00-02:00', '', null]) {
    expect(read('institution', { open_hours })).toMatchObject({ row: { open_hours } })
  }
  for (const open_hours of [
    '8:00-22:00',
    '08:00—22:00',
    '24:00-08:00',
    '08:00-22:60',
    '08:00-25:00',
    '全天',
    '08:00-12:00,14:00-18:00',
  ])
    expect(read('institution', { open_hours })).toMatchObject({ code: 'REFERENCE_INVALID', field: 'row.open_hours' })
})

test('No words for numbers, no integers for ids, no strings for flags', () => {
  for (const [table, row, field] of [
    ['price_cap', { cap: 'much' }, 'row.cap'],
    ['institution', { beds: '990102199001011234' }, 'row.beds'],
    ['price_cap', { code: 7, cap: '10' }, 'row.code'],
    ['institution', { level: 3, admdvs: 370102 }, 'row.admdvs'],
    ['institution', { level: 2.5 }, 'row.level'],
    ['indication', { strict: '1' }, 'row.strict'],
    ['chronic_list', { codes: [1] }, 'row.codes.0'],
  ] as const)
    expect(read(table, row)).toMatchObject({ code: 'REFERENCE_INVALID', field })
})
