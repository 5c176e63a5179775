import { expect, test } from 'vitest'
import { admission, discharge, HOSPITAL, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './mgt-06.ts'

const line = (day: number, med_chrgitm_type: string, more: object = {}) => ({
  fee_ocur_time: `2026-03-0${day} 10:00:00`,
  ...{
    med_chrgitm_type,
    med_list_codg: `X${med_chrgitm_type}`,
    list_type: med_chrgitm_type === '09' ? '101' : '201',
    pric: 100,
    ...more,
  },
})
const bed = (day: number) => ['01', '02', '07'].map((type) => line(day, type))
/** From Monday 2 March, 09:00, to Saturday 7 March, 10:00: treated on these days, in bed on all. */
const stay = (treated: readonly object[], more: object = {}) =>
  inpatient({
    ...{
      setl_id: 'S',
      mdtrt_id: 'M',
      begntime: '2026-03-02 09:00:00',
      endtime: '2026-03-07 10:00:00',
      setl_time: '2026-03-07 11:00:00',
    },
    feedetail: [...[2, 3, 4, 5, 6].flatMap(bed), ...treated] as never,
    ...more,
  })
const found = (...events: object[]) => run(detector, [HOSPITAL, ...events] as never).open
const FAR = reference('institution', 'P1', { kind: 'pharmacy', lon: 117.3, lat: 36.6 })
const purchase = (setl_time: string, more: object = {}) =>
  settlement({ setl_id: 'B', fixmedins_code: 'P1', med_type: '41', setl_time, feedetail: [{ pric: 20 }], ...more })
const FIRST_DAY = [line(2, '09'), line(2, '04')]
/** Nothing suspicious but where the person may have been: three idle days, and no drugs at all. */
const FIRST_DAY_AND_LATER = [line(2, '04'), line(3, '05')]
const IDLE = [...FIRST_DAY, line(3, '05')]

test('Drugs on the first day and three days of nothing but the bed: what the fund paid for the stay', () => {
  const open = found(stay(IDLE))
  expect(open).toMatchObject([
    {
      ...{
        subject: { type: 'settlement', id: 'S' },
        bucket: '',
        severity: 2,
        result: 'suspicion',
        vola_amt: 126000,
        setl_ids: ['S'],
      },
      evidence: { score: 0.6, parts: { idle: 0.4, away: 0, drugs: 0.2 }, idle_days: 3, outside: [] },
    },
  ])
  expect(open[0]!.evidence.days.map(({ charged }: { charged: string }) => charged)).toEqual([
    'treated',
    'treated',
    'bed',
    'bed',
    'bed',
    'nothing',
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03-02至2026-03-07住院：连续3天仅床位护理，仅首日用药，得分0.6，基金1,260.00元。',
  )
})

test('Two idle days, or drugs on a later day, are not enough', () => {
  expect(found(stay([...IDLE, line(4, '03')]))).toEqual([])
  expect(found(stay([...IDLE, line(3, '09')]))).toEqual([])
  expect(found(stay([line(2, '04'), line(3, '05')]))).toEqual([])
})

test('Medicine to take home is not given at the bed, and what was taken back was not given at all', () => {
  expect(found(stay([...IDLE, line(6, '09', { dscg_tkdrug_flag: '1' })]))).toHaveLength(1)
  expect(found(stay([...IDLE, line(5, '03', { cnt: -1 })]))).toHaveLength(1)
})

test('A purchase at least twenty kilometres away during the stay counts', () => {
  const treated = [2, 3, 4, 5, 6].map((day) => line(day, '05'))
  const first = [...treated, line(2, '09')]
  const open = found(FAR, stay(first), purchase('2026-03-04 15:00:00'))
  expect(open).toMatchObject([{ setl_ids: ['B', 'S'], evidence: { score: 0.6, parts: { idle: 0, away: 0.4, drugs: 0.2 } } }])
  expect(open[0]!.evidence.outside).toEqual([
    { setl_id: 'B', setl_time: '2026-03-04T15:00:00+08:00', fixmedins_code: 'P1', distance_km: 26.8 },
  ])
  for (const events of permutations([stay(first), purchase('2026-03-04 15:00:00')])) expect(found(FAR, ...events)).toHaveLength(1)
  const at = (lon: number) =>
    found(reference('institution', 'P1', { lon, lat: 36.6 }), stay(first), purchase('2026-03-04 15:00:00')).length
  expect([at(117.23), at(117.22)]).toEqual([1, 0])
  expect(found(stay(first), purchase('2026-03-04 15:00:00'))).toEqual([])
  expect(found(FAR, stay(treated), purchase('2026-03-04 15:00:00'))).toEqual([])
})

test('Of a short stay drugs on the first day only count too; a stay of one day has no other day', () => {
  const short = (endtime: string) => stay([line(2, '09')], { endtime, setl_time: endtime })
  const gone = purchase('2026-03-02 15:00:00')
  expect(found(FAR, short('2026-03-03 10:00:00'), gone)).toMatchObject([{ evidence: { score: 0.6 } }])
  expect(found(FAR, short('2026-03-02 20:00:00'), gone)).toEqual([])
})

test('What lies outside the stay, a family’s purchase and an examination for the ward do not count', () => {
  const first = [2, 3, 4, 5, 6].map((day) => line(day, '05')).concat(line(2, '09'))
  for (const time of ['2026-03-02 09:00:00', '2026-03-07 10:00:00']) expect(found(FAR, stay(first), purchase(time))).toEqual([])
  expect(found(FAR, stay(first), purchase('2026-03-04 15:00:00', { acct_mulaid_pay: 5 }))).toEqual([])
  expect(found(FAR, stay(first), purchase('2026-03-04 15:00:00', { med_type: '11', feedetail: [{ etip_flag: '1' }] }))).toEqual(
    [],
  )
  for (const med_type of ['11', '13', '14', '51'])
    expect(found(FAR, stay(first), purchase('2026-03-04 15:00:00', { med_type }))).toHaveLength(1)
})

test('A long weekend of observation is ordinary', () => {
  const holiday = ['04', '05', '06'].map((day) => reference('calendar', `2026-03-${day}`, { workday: false }))
  expect(found(...holiday, stay(IDLE))).toEqual([])
  expect(found(...holiday.slice(1), stay(IDLE))).toHaveLength(1)
})

test('Rehabilitation and psychiatry bill by the week', () => {
  const diagnosed = (diag_code: string) => ({ diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code }] })
  expect(found(stay(IDLE, diagnosed('F20.900')))).toEqual([])
  expect(found(stay(IDLE, diagnosed('Z50.100')))).toEqual([])
  expect(found(stay(IDLE, { adm_dept_codg: 'A15' }))).toEqual([])
  expect(found(admission({ mdtrt_id: 'M', begntime: '2026-03-02 09:00:00', adm_dept_codg: '康复医学科' }), stay(IDLE))).toEqual(
    [],
  )
  expect(
    found(reference('institution', 'H99010100001', { specialty: '精神', level: '3', admdvs: '990101' }), stay(IDLE)),
  ).toEqual([])
  const psychiatric = reference('institution', 'H99010100001', { specialty: 'Psychiatric', level: '3', admdvs: '990101' })
  expect(found(psychiatric, stay(IDLE))).toEqual([])
})

test('A newborn beside its mother lies there for nothing but care', () => {
  const born = { brdy: '2026-03-01', diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code: 'Z38.000' }] }
  expect(found(stay(IDLE, born))).toEqual([])
  expect(found(admission({ mdtrt_id: 'M', begntime: '2026-03-02 09:00:00', brdy: '2026-03-01' }), stay(IDLE))).toEqual([])
})

test('A stay is judged when it is over and settled, over all of its settlements', () => {
  const mid = stay(FIRST_DAY, { setl_id: 'MID', mid_setl_flag: '1', setl_time: '2026-03-04 10:00:00' })
  expect(found(mid)).toEqual([])
  expect(found(mid, stay([line(3, '05')]))).toMatchObject([{ subject: { id: 'S' }, setl_ids: ['MID', 'S'] }])
  expect(found(stay(IDLE, { endtime: '' }))).toEqual([])
  expect(found(stay(IDLE, { endtime: '' }), discharge({ mdtrt_id: 'M', endtime: '2026-03-07 10:00:00' }))).toHaveLength(1)
  expect(found(stay(IDLE), discharge({ mdtrt_id: 'M', endtime: '2026-03-06 10:00:00' }))).toEqual([])
  expect(run(detector, [stay(IDLE, { begntime: '' })]).skipped).toEqual(['INPUT_MISSING'])
  const begun = (mdtrt_id: string) => admission({ mdtrt_id, begntime: '2026-03-02 09:00:00' })
  expect(run(detector, [begun('M'), stay(IDLE, { begntime: '' })]).skipped).toEqual([])
  expect(run(detector, [begun('N'), stay(IDLE, { begntime: '' })]).skipped).toEqual(['INPUT_MISSING'])
})

test('A void of the stay retracts, and so does one of the purchase that gave it away', () => {
  const events = [stay([2, 3, 4, 5, 6].map((day) => line(day, '05')).concat(line(2, '09'))), purchase('2026-03-04 15:00:00')]
  for (const original of events) {
    const { open, retracted } = run(detector, [HOSPITAL, FAR, ...events, voidOf(original, '2026-09-10 10:00:00')])
    expect([open.length, retracted.length]).toEqual([0, 1])
  }
})

test('An admission remembers its ward, and a bill in between leaves the stay open', () => {
  expect(found(stay(IDLE, { mid_setl_flag: '1' }))).toEqual([])
  expect(found(stay(FIRST_DAY, { endtime: '' }))).toEqual([])
  const taken = line(3, '09', { cnt: 0, pric: 0 })
  expect(found(stay([...IDLE, taken]))).toHaveLength(1)
})

test('Of several idle rows the longest counts, in whichever order the days are told', () => {
  const treated = [...FIRST_DAY, line(6, '05')]
  for (const order of permutations(treated)) expect(found(stay(order))[0]?.evidence.idle_days).toBe(3)
  expect(found(stay([...FIRST_DAY, line(4, '05')], { endtime: '2026-03-12 10:00:00' }))[0]?.evidence.idle_days).toBe(7)
})

test('What a settlement takes back itself was not given on that day', () => {
  const taken = line(4, '09')
  expect(found(stay([...IDLE, taken, { ...taken, cnt: -1 }]))).toMatchObject([
    { evidence: { idle_days: 3, parts: { drugs: 0.2 } } },
  ])
})

test('What the ward prescribed to be filled outside anybody may fetch; the agency’s time tells nothing', () => {
  const bought = (more: object) => found(FAR, purchase('2026-03-04 15:00:00', more), stay(FIRST_DAY_AND_LATER)).length
  const prescribed = { feedetail: [{ pric: 20, rx_circ_flag: '1', bilg_dr_codg: 'D1' }] }
  expect(bought({})).toBe(1)
  expect(bought({ pay_loc: '1' })).toBe(0)
  const prescriber = (...institutions: string[]) => reference('doctor', 'D1', { institutions })
  const filled = (doctor: object) =>
    found(FAR, doctor, purchase('2026-03-04 15:00:00', prescribed), stay(FIRST_DAY_AND_LATER)).length
  expect([filled(prescriber('H99010100001')), filled(prescriber('H2'))]).toEqual([0, 1])
})

test('A stay that begins at midnight tells only its day: a purchase on that day may have come before it', () => {
  const bought = (setl_time: string) =>
    found(FAR, purchase(setl_time), stay(FIRST_DAY_AND_LATER, { begntime: '2026-03-02 00:00:00' })).length
  expect([bought('2026-03-02 15:00:00'), bought('2026-03-03 15:00:00')]).toEqual([0, 1])
})

test('A purchase whose lines nobody tells is one, and one more than 180 days before the stay was settled is none', () => {
  expect(found(FAR, purchase('2026-03-04 15:00:00', { feedetail: [] }), stay(FIRST_DAY_AND_LATER))).toHaveLength(1)
  const long = stay(FIRST_DAY_AND_LATER, { endtime: '2026-09-03 10:00:00', setl_time: '2026-09-03 15:00:00' })
  const bought = (time: string) => found(FAR, purchase(`2026-03-07 ${time}`), long).length
  expect([bought('14:59:59'), bought('15:00:00')]).toEqual([0, 1])
})

test('Whoever was outside before, and only paid during the stay, left no bed; nor did who came from the emergency room', () => {
  const visit = (setl_time: string, fee_ocur_time: string, med_type = '11') =>
    purchase(setl_time, { med_type, feedetail: [{ pric: 20, fee_ocur_time }] })
  const treated = stay([line(2, '09'), ...[2, 3, 4, 5, 6].map((day) => line(day, '04'))])
  const away = (event: object) => {
    const [first, second] = permutations([treated, event]).map((order) => found(FAR, ...order))
    expect(second).toEqual(first)
    return first
  }
  const on = '2026-03-04 10:00:00'
  expect(away(visit(on, on))).toHaveLength(1)
  expect(away(visit(on, '2026-03-01 10:00:00'))).toEqual([])
  const arrived = '2026-03-02 09:40:00'
  expect(away(visit(arrived, arrived, '13'))).toEqual([])
  expect(away(visit(arrived, arrived))).toHaveLength(1)
  expect(away(visit(on, on, '13'))).toHaveLength(1)
})

test('A stay that is paid by the day need not be charged for every day, whoever tells how it is paid', () => {
  expect(found(stay(IDLE, { med_type: '2105' }))).toEqual([])
  expect(found(admission({ mdtrt_id: 'M', begntime: '2026-03-02 09:00:00', med_type: '2105' }), stay(IDLE))).toEqual([])
  expect(found(admission({ mdtrt_id: 'M', begntime: '2026-03-02 09:00:00', med_type: '2101' }), stay(IDLE))).toHaveLength(1)
})
