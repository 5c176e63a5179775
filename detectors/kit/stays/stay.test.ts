import { expect, test } from 'vitest'
import { type Instant, parseInstant } from '../../../schemas/time.ts'
import { permutations } from '../../testing/shuffles.ts'
import { admissionEntry, dischargeEntry, latestBegin, latestEnd, type StayEntry, stayDays, stayEntry, staysOf } from './stay.ts'

const at = (day: string, time = '10:00:00') => parseInstant(`2026-03-${day} ${time}`)
const place = { fixmedins_code: 'H1', admdvs: '990101', insu_admdvs: '990101' }
const word = (day: string, ingest_time = 0, mdtrt_id = 'M') => ({ at: at(day), mdtrt_id, ingest_time, ...place })
const admitted = (day: string, mdtrt_id = 'M') => admissionEntry(word(day, 0, mdtrt_id))
const left = (day: string, told = 0) => dischargeEntry(word(day, told), '1')
const bill = (id: string, day: string, more: Partial<StayEntry> = {}): StayEntry => ({
  ...{ id, source: 'settlement', med_class: 'IPT', fund: 100, dscg_way: '', mid: false, begntime: undefined, endtime: undefined },
  ...{ ...word(day), ...more },
})
const ends = (...entries: StayEntry[]) => staysOf(entries).map(({ endtime }) => endtime)

test('The discharge that was told later is right, and of two told at one time the one that ends later, in whichever order', () => {
  for (const order of permutations([admitted('01'), left('09', 1), left('05', 2)])) expect(ends(...order)).toEqual([at('05')])
  for (const order of permutations([admitted('01'), left('09', 1), left('05', 1)])) expect(ends(...order)).toEqual([at('09')])
})

test('Admission and discharge say better than bills when a stay was; without them the earliest and the final bill say it', () => {
  const bills = [
    bill('A', '03', { mid: true, begntime: at('02'), endtime: at('03') }),
    bill('B', '08', { begntime: at('03'), endtime: at('08') }),
  ]
  expect(staysOf(bills)).toMatchObject([{ begntime: at('02'), endtime: at('08'), fund: 200, setl_ids: ['A', 'B'] }])
  expect(staysOf([...bills, admitted('01'), left('07')])).toMatchObject([{ begntime: at('01'), endtime: at('07') }])
  expect(ends(bills[0]!)).toEqual([undefined])
  expect(staysOf([bill('A', '03'), left('03')])).toEqual([])
})

test('Stays come by their beginning, and those that begin together by their number', () => {
  const ids = (...entries: StayEntry[]) => staysOf(entries).map(({ mdtrt_id }) => mdtrt_id)
  for (const order of permutations([admitted('02', 'A'), admitted('01', 'C'), admitted('01', 'B')]))
    expect(ids(...order)).toEqual(['B', 'C', 'A'])
})

test('A stay that begins or ends at midnight may have done so at any time of the day', () => {
  const latest = (of: (told: Instant) => Instant, time: string) => of(at('05', time)) - at('05', '00:00:00')
  for (const of of [latestBegin, latestEnd]) {
    expect(latest(of, '00:00:00')).toBe(24 * 3_600_000)
    expect(latest(of, '00:00:01')).toBe(1000)
  }
})

test('Stay days are those between the dates, one at least, and one more where both ends count', () => {
  const days = (from: string, to: string) => (['admission', 'both'] as const).map((basis) => stayDays(at(from), at(to), basis))
  expect([days('05', '05'), days('05', '06'), days('05', '08')]).toEqual([
    [1, 2],
    [1, 2],
    [3, 4],
  ])
})

test('Admissions, discharges and the bills of stays tell of one, and other bills of none', () => {
  const told = (event: object) => stayEntry({ mdtrt_id: 'M', ...place, ...event } as unknown as Parameters<typeof stayEntry>[0])
  expect(told({ kind: 'admission', begntime: at('01') })).toMatchObject({ source: 'admission', begntime: at('01') })
  expect(told({ kind: 'discharge', endtime: at('05'), dscg_way: '4' })).toMatchObject({ endtime: at('05'), dscg_way: '4' })
  const billed = (med_class: string, mid_setl_flag: string) =>
    told({ kind: 'settlement', setl_id: 'S', med_class, mid_setl_flag })
  expect([billed('IPT', '1')?.mid, billed('IPT', '0')?.mid, billed('OP', '0')]).toEqual([true, false, undefined])
})
