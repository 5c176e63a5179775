import { expect, test } from 'vitest'
import type { Admission } from '../../../schemas/events.ts'
import { DAY } from '../../../schemas/time.ts'
import type { Context, Visit } from '../../detector.ts'
import { ReferenceBook } from '../../reference.ts'
import { isNear, keepStays, lacksBegin, placedEntry, toldOf } from './told-stays.ts'

test('Stays are held against one another where their words lie within half a year, whichever comes first', () => {
  const [one, near, far] = [0, 190 * DAY, 190 * DAY + 1].map((first) => ({ first, last: first + 10 * DAY }))
  expect([isNear(one!, near!), isNear(near!, one!)]).toEqual([true, true])
  expect([isNear(one!, far!), isNear(far!, one!)]).toEqual([false, false])
})

test('All that tells of a stay is kept half a year after its last word, and for ever where a finding rests on it', () => {
  const words = [
    { mdtrt_id: 'A', at: 0 },
    { mdtrt_id: 'B', at: DAY },
    { mdtrt_id: 'A', at: 3 * DAY },
  ]
  const keep = keepStays(toldOf(words), new Set(['B']))
  expect(words.map((word) => keep(word) / DAY)).toEqual([183, Number.POSITIVE_INFINITY, 180])
})

test('An admission tells that it is for another stay than the usual, in the county of its institution', () => {
  const reference = new ReferenceBook()
  reference.put('institution', { id: 'H1', row: { admdvs: '990101' }, effective_from: undefined, effective_to: undefined }, false)
  const placed = (event: object, admdvs = '') => {
    const told = { mdtrt_id: 'M', fixmedins_code: 'H1', mdtrt_admdvs: admdvs, med_type: '', ...event } as unknown as Admission
    return placedEntry(told, { at: 0, reference } as unknown as Context<unknown>)
  }
  const admitted = (med_type: string) => placed({ kind: 'admission', begntime: 0, med_type })
  expect([admitted('52'), admitted('21'), admitted('')].map(({ med_class }) => med_class)).toEqual(['MAT_IPT', '', ''])
  expect(admitted('52').admdvs).toBe('990101')
  expect(placed({ kind: 'admission', begntime: 0 }, '990102').admdvs).toBe('990102')
  expect(placed({ kind: 'discharge', endtime: 0, med_type: '52' })).toMatchObject({ med_class: '', admdvs: '990101' })
})

test('A bill that leaves the beginning of its stay to an admission needs one', () => {
  const bill = (begntime?: number) => ({ kind: 'settlement', setl_id: 'S', mdtrt_id: 'M', begntime }) as unknown as Visit
  const word = (mdtrt_id: string) => ({ mdtrt_id, at: 0 })
  expect([lacksBegin(bill(), []), lacksBegin(bill(), [word('N')]), lacksBegin(bill(), [word('M')])]).toEqual([
    ...['INPUT_MISSING', 'INPUT_MISSING', undefined],
  ])
  expect(lacksBegin(bill(1), [])).toBeUndefined()
  expect(lacksBegin({ kind: 'admission', mdtrt_id: 'M' } as Admission, [])).toBeUndefined()
})
