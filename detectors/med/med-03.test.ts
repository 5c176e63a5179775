import { expect, test } from 'vitest'
import { discharge, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './med-03.ts'

const item = (code: string, name: string, tag: string, more: Wire = {}) =>
  reference('item', code, { name, list_type: '201', tags: [tag], ...more })
const ITEMS = [
  item('DIALYSIS', '血液透析', 'hemodialysis', { unit: '次' }),
  item('CRRT', '连续性血液净化', 'crrt', { unit: '小时' }),
  item('ADSORB', '血液灌流', 'perfusion', { unit: '次' }),
  item('DRIP', '静脉输液', 'infusion', { unit: '组' }),
  item('HEAT', '红外线治疗', 'physio', { unit: '部位' }),
  item('SLEEP', '全身麻醉', 'anaesthesia'),
  reference('item', 'MONITOR', { name: '心电监测', unit: '小时' }),
]
const line = (med_list_codg: string, cnt = 1, fee_ocur_time?: string) => ({
  ...{ med_list_codg, cnt, feedetl_sn: `${med_list_codg}${cnt}${fee_ocur_time ?? ''}` },
  ...(fee_ocur_time ? { fee_ocur_time } : {}),
})
const visit = (feedetail: Wire[], more: Wire = {}) => settlement({ setl_id: 'S', feedetail, ...more })
const judge = (...events: Wire[]) => run(detector, [...ITEMS, ...events])
const faults = (...events: Wire[]) =>
  judge(...events).open.map(({ bucket, result, evidence }) => [bucket, result, evidence.faults[0].kind])

test('A second haemodialysis on one day is a suspicion, at whatever hospital', () => {
  const { open } = judge(visit([line('DIALYSIS')]), visit([line('DIALYSIS')], { setl_id: 'T', fixmedins_code: 'H2' }))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: '2026-03-02', severity: 1, result: 'suspicion', vola_amt: 1000 },
      ...{ setl_ids: ['S', 'T'], evidence: { faults: [{ kind: 'dialysis_day', name: '血液透析', total: 2, limit: 1 }] } },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02血液透析单日次数2(上限1)，共1项，10.00元。')
  const tomorrow = { setl_id: 'T', setl_time: '2026-03-03 00:00:00' }
  expect(judge(visit([line('DIALYSIS')]), visit([line('DIALYSIS')], tomorrow)).open).toEqual([])
})

test('Fourteen haemodialyses in a month are ordinary, fifteen are not', () => {
  const days = (count: number) =>
    Array.from({ length: count }, (_, i) => {
      const setl_time = `2026-03-${String(2 * i + 1).padStart(2, '0')} 09:00:00`
      return visit([line('DIALYSIS')], { setl_id: `S${i}`, setl_time })
    })
  expect(judge(...days(14)).open).toEqual([])
  expect(faults(...days(15))).toEqual([['2026-03', 'suspicion', 'dialysis_month']])
  const april = visit([line('DIALYSIS')], { setl_id: 'APRIL', setl_time: '2026-04-01 09:00:00' })
  expect(judge(...days(14), april).open).toEqual([])
})

test('More than 24 hours of one item on one day are a violation', () => {
  expect(judge(visit([line('CRRT', 24), line('MONITOR', 24)])).open).toEqual([])
  expect(faults(visit([line('CRRT', 25)]))).toEqual([['2026-03-02', 'violation', 'hours']])
  expect(judge(visit([line('MONITOR', 20), line('MONITOR', 5)])).open).toMatchObject([{ result: 'violation', vola_amt: 1000 }])
  expect(faults(item('CRRT', '连续性血液净化', 'crrt'), visit([line('CRRT', 25)]))).toHaveLength(1)
  expect(judge(item('CRRT', '连续性血液净化', 'crrt', { unit: '次' }), visit([line('CRRT', 25)])).open).toEqual([])
})

test('Haemodialysis beside continuous treatment or perfusion on one day is a suspicion', () => {
  for (const other of ['CRRT', 'ADSORB']) {
    const { open } = judge(visit([line('DIALYSIS'), line(other)]))
    expect(open).toMatchObject([{ result: 'suspicion', vola_amt: 1000, evidence: { faults: [{ kind: 'dialysis_beside' }] } }])
    expect(open[0]!.lines.map((ref) => ref.vola_item_type)).toEqual([1, 2])
    expect(judge(visit([line('DIALYSIS'), line(other, 1, '2026-03-01 10:00:00')])).open).toEqual([])
  }
  expect(judge(visit([line('CRRT'), line('ADSORB')])).open).toEqual([])
})

test('Of what is said of one line the largest amount counts', () => {
  // All of both dialyses, not only of the second; and the hour too many beside the dialysis.
  expect(judge(visit([line('DIALYSIS', 2), line('ADSORB')])).open).toMatchObject([{ vola_amt: 2000, count: 2 }])
  expect(judge(visit([line('DIALYSIS'), line('CRRT', 25)])).open).toMatchObject([{ vola_amt: 2000, count: 2 }])
})

test('Twenty infusions and three parts a day are ordinary', () => {
  expect(judge(visit([line('DRIP', 20), line('HEAT', 3)])).open).toEqual([])
  expect(faults(visit([line('DRIP', 21)]))).toEqual([['2026-03-02', 'suspicion', 'infusions']])
  expect(faults(visit([line('HEAT', 4)]))).toEqual([['2026-03-02', 'suspicion', 'physio']])
})

test('Rehabilitation and psychiatry post a week on one day, as far as a week can hold it', () => {
  const rehabilitation = reference('institution', 'H99010100001', { specialty: '康复', level: '2', admdvs: '990101' })
  const stay = (parts: number, more: Wire = {}) => inpatient({ feedetail: [line('HEAT', parts)], mdtrt_id: 'M', ...more })
  expect(judge(rehabilitation, stay(21)).open).toEqual([])
  expect(judge(rehabilitation, stay(22)).open).toMatchObject([{ evidence: { faults: [{ total: 22, limit: 21 }] } }])
  expect(judge(stay(21)).open).toHaveLength(1)
  expect(judge(stay(21, { adm_dept_codg: 'A21' })).open).toEqual([])
  expect(judge(rehabilitation, stay(4, { med_type: '11' })).open).toHaveLength(1)
  expect(judge(rehabilitation, inpatient({ feedetail: [line('DRIP', 21)], mdtrt_id: 'M' })).open).toEqual([])
  expect(judge(rehabilitation, stay(21), visit([line('HEAT')], { setl_time: '2026-03-09 10:00:00' })).open).toEqual([])
})

test('An infusion on a day after the discharge is a violation; on the day itself it is none', () => {
  const stay = (day: string, more: Wire = {}) =>
    inpatient({
      setl_id: 'S',
      mdtrt_id: 'M',
      feedetail: [line('DRIP', 1, `2026-03-${day}`)],
      setl_time: '2026-03-08 10:00:00',
      ...more,
    })
  expect(judge(stay('05 23:59:59')).open).toEqual([])
  expect(faults(stay('06 00:00:00'))).toEqual([['2026-03-06', 'violation', 'after_discharge']])
  const left = (endtime: string, ingest_time = '2026-03-06 12:00:00') => discharge({ mdtrt_id: 'M', endtime, ingest_time })
  for (const order of permutations([stay('06 08:00:00'), left('2026-03-06 09:00:00')])) expect(judge(...order).open).toEqual([])
  const corrected = [stay('06 08:00:00'), left('2026-03-06 09:00:00'), left('2026-03-05 09:00:00', '2026-03-07 12:00:00')]
  for (const order of permutations(corrected)) expect(faults(...order)).toHaveLength(1)
  const second = stay('06 08:00:00', { setl_id: 'T', setl_time: '2026-03-09 10:00:00', endtime: '2026-03-06 09:00:00' })
  for (const order of permutations([stay('04 08:00:00'), second])) expect(judge(...order).open).toEqual([])
  expect(judge(stay('06 08:00:00', { mid_setl_flag: '1' })).open).toEqual([])
  expect(judge(stay('06 08:00:00', { med_type: '11' })).open).toEqual([])
})

test('One person cannot be under general anaesthesia twice at a time', () => {
  const operated = (setl_id: string, from: string, to: string, more: Wire = {}) =>
    visit([line('SLEEP')], {
      ...{ setl_id, mdtrt_id: `M${setl_id}` },
      oprninfo: [{ oprn_oprt_code: '51.23', oprn_begntime: `2026-03-02 ${from}`, oprn_endtime: `2026-03-02 ${to}` }],
      ...more,
    })
  const first = operated('A', '08:00:00', '10:00:00')
  const { open } = judge(first, operated('B', '09:59:00', '11:00:00'))
  expect(open).toMatchObject([{ setl_ids: ['A', 'B'], vola_amt: 1000, evidence: { faults: [{ kind: 'anaesthesia' }] } }])
  expect(open[0]!.lines.map(({ setl_id, vola_item_type }) => [setl_id, vola_item_type])).toEqual([
    ['A', 2],
    ['B', 1],
  ])
  // Charged the day after, that is still one anaesthesia too many; later nobody knows which it was.
  const charged = (day: string) => ({ feedetail: [line('SLEEP', 1, `2026-03-${day} 08:00:00`)] })
  const later = (day: string) => operated('B', '09:59:00', '11:00:00', charged(day))
  expect(judge(first, later('03')).open).toMatchObject([{ bucket: '2026-03-02', setl_ids: ['A', 'B'], vola_amt: 1000 }])
  const before = operated('A', '08:00:00', '10:00:00', charged('03'))
  expect(judge(before, later('03')).open).toMatchObject([{ bucket: '2026-03-02', setl_ids: ['A', 'B'], vola_amt: 1000 }])
  const long = operated('A', '08:00:00', '10:00:00', charged('04'))
  expect(judge(long, later('04')).open).toEqual([])
  expect(judge(first, operated('B', '10:00:00', '11:00:00')).open).toEqual([])
  expect(judge(first, operated('B', '09:00:00', '11:00:00', { feedetail: [{}] })).open).toEqual([])
  // Two codes of one operation, or one within another under the same anaesthesia.
  expect(judge(first, operated('B', '08:00:00', '10:00:00', { mdtrt_id: 'MA' })).open).toEqual([])
  expect(judge(first, operated('B', '08:30:00', '09:00:00', { mdtrt_id: 'MA' })).open).toEqual([])
})

test('Lines taken back do not count', () => {
  expect(judge(visit([line('DIALYSIS', 2), line('DIALYSIS', -1)])).open).toEqual([])
})

test('What lies longer ago than memory cannot be counted', () => {
  expect(judge(visit([line('CRRT', 30, '2025-09-01 08:00:00')])).skipped).toEqual(['STAY_TOO_LONG'])
  expect(judge(visit([line('CRRT', 30, '2025-09-03 10:00:00')])).open).toHaveLength(1)
  expect(judge(visit([line('CRRT', 30, '2025-09-03 09:59:59')])).skipped).toEqual(['STAY_TOO_LONG'])
})

test('A void retracts, also a year later', () => {
  const second = visit([line('DIALYSIS')], { setl_id: 'T' })
  expect(judge(visit([line('DIALYSIS')]), second, voidOf(second, '2027-03-03 10:00:00')).retracted).toHaveLength(1)
})

test('What else is charged beside changes nothing', () => {
  const others = [line('XJ01', 3), line('MONITOR', 2)]
  expect(faults(visit([...others, line('DIALYSIS', 2)]))).toEqual([['2026-03-02', 'suspicion', 'dialysis_day']])
  const asleep = (setl_id: string, from: string, to: string) =>
    inpatient({
      ...{ setl_id, mdtrt_id: setl_id, feedetail: [...others, line('SLEEP', 1, '2026-03-02 10:00:00')] },
      oprninfo: [{ oprn_oprt_code: '51.2', oprn_begntime: `2026-03-02 ${from}:00`, oprn_endtime: `2026-03-02 ${to}:00` }],
    })
  const [first, second] = [asleep('A', '09:00', '11:00'), asleep('B', '10:00', '12:00')]
  for (const order of permutations([first, second]))
    expect(judge(...order).open).toMatchObject([
      {
        lines: [
          { setl_id: 'A', vola_item_type: 2 },
          { setl_id: 'B', vola_item_type: 1 },
        ],
      },
    ])
  expect(judge(asleep('A', '09:00', '11:00'), asleep('B', '11:00', '12:00')).open).toEqual([])
  const stay = (begin: string) => asleep('B', begin, '12:00')
  expect([stay('10:59'), stay('08:00')].map((other) => judge(first, other).open.length)).toEqual([1, 1])
})

test('Drugs and consumables of a treatment are no treatments', () => {
  const dialyser = reference('item', 'C10', { name: '透析器', list_type: '301', unit: '个', tags: ['hemodialysis'] })
  expect(judge(dialyser, visit([line('DIALYSIS'), line('C10')])).open).toEqual([])
  expect(judge(dialyser, visit([line('DIALYSIS', 2), line('C10')])).open).toMatchObject([{ vola_amt: 1000 }])
  const fluid = reference('item', 'XB05', { name: '氯化钠注射液', list_type: '101', tags: ['infusion', 'crrt'] })
  expect(judge(fluid, visit([line('DIALYSIS'), line('XB05', 25)])).open).toEqual([])
  // A row that does not say what it is of leaves it to the line, and that to the code.
  const untold = reference('item', 'C10', { name: '透析器', tags: ['hemodialysis'] })
  const used = (code: string, list_type: string) => visit([line('DIALYSIS'), { ...line(code), list_type }])
  expect(judge(untold, used('C10', '')).open).toEqual([])
  expect(judge(untold, used('C10', '301')).open).toEqual([])
  expect(judge(untold, used('C10', '201')).open).toHaveLength(1)
  expect(judge(reference('item', '0031', { tags: ['hemodialysis'] }), used('0031', '')).open).toHaveLength(1)
})

test('Two teams at one table, one after the other begun, need two anaesthesias to be too many', () => {
  const times = (from: string, to: string) => ({ oprn_begntime: `2026-03-02 ${from}`, oprn_endtime: `2026-03-02 ${to}` })
  const oprninfo = [
    { oprn_oprt_code: '79.35', ...times('09:00:00', '11:00:00') },
    { oprn_oprt_code: '54.11', ...times('10:00:00', '12:00:00') },
  ]
  const operated = (...lines: Wire[]) => inpatient({ setl_id: 'S', mdtrt_id: 'M', oprninfo, feedetail: lines })
  const at = '2026-03-02 09:00:00'
  const propofol = item('XN01', '丙泊酚注射液', 'anaesthesia', { list_type: '101' })
  const watch = item('WATCH', '麻醉监测', 'anaesthesia', { unit: '小时' })
  expect(judge(propofol, operated(line('SLEEP', 1, at), line('XN01', 4, at))).open).toEqual([])
  expect(judge(watch, operated(line('SLEEP', 1, at), line('WATCH', 3, at))).open).toEqual([])
  expect(judge(operated(line('SLEEP', 1, at), line('SLEEP', 1, '2026-03-04 09:00:00'))).open).toEqual([])
  expect(judge(operated(line('SLEEP', 2, at))).open).toMatchObject([
    { vola_amt: 2000, evidence: { faults: [{ kind: 'anaesthesia' }] } },
  ])
  // Several codes of one operation are one, whatever was charged.
  const codes = ['79.35', '54.11'].map((oprn_oprt_code) => ({ oprn_oprt_code, ...times('09:00:00', '11:00:00') }))
  expect(judge({ ...operated(line('SLEEP', 2, at)), oprninfo: codes }).open).toEqual([])
})

test('What a later bill of the visit takes back was not charged', () => {
  const bill = (setl_id: string, day: number, feedetail: Wire[]) =>
    inpatient({ setl_id, mdtrt_id: 'M', mid_setl_flag: '1', setl_time: `2026-03-0${day} 20:00:00`, feedetail })
  const hours = (cnt: number) => line('CRRT', cnt, '2026-03-03 08:00:00')
  const first = bill('S', 4, [hours(30)])
  expect(judge(first).open).toMatchObject([{ vola_amt: 1000 * 6 }])
  for (const order of permutations([first, bill('T', 6, [hours(-6)])])) expect(judge(...order).open).toEqual([])
  const less = bill('T', 6, [hours(-2), line('DRIP')])
  for (const order of permutations([first, less]))
    expect(judge(...order).open).toMatchObject([{ vola_amt: 1000 * 4, evidence: { faults: [{ total: 28 }] } }])
  expect(judge(first, less, voidOf(less, '2026-03-07 10:00:00')).open).toMatchObject([{ vola_amt: 1000 * 6 }])
  const alsoBack = bill('S', 4, [hours(30), line('DRIP', -1, '2026-02-27 08:00:00')])
  expect(judge(alsoBack, bill('T', 6, [hours(-6)])).open).toEqual([])
  const dialysis = (cnt: number) => line('DIALYSIS', cnt, '2026-03-03 08:00:00')
  const beside = bill('S', 4, [dialysis(1), line('ADSORB', 1, '2026-03-03 08:00:00')])
  expect(judge(beside).open).toHaveLength(1)
  expect(judge(beside, bill('T', 6, [dialysis(-1)])).open).toEqual([])
})

test('Hours of one item are one sum, whatever local suffix its code has', () => {
  const pump = reference('item', '003106030010000', { name: '呼吸机', unit: '小时' })
  const hours = ['', '-1'].map((suffix) => line(`003106030010000${suffix}`, 14))
  expect(judge(pump, visit(hours)).open).toMatchObject([{ evidence: { faults: [{ kind: 'hours', total: 28 }] } }])
})

test('What the person pays alone is beyond what the fund allows, and not at its cost', () => {
  const own = (code: string, cnt: number) => ({ ...line(code, cnt), inscp_scp_amt: 0 })
  expect(judge(visit([line('HEAT', 3), own('HEAT', 2)])).open).toEqual([])
  expect(judge(visit([line('MONITOR', 24), own('MONITOR', 2)])).open).toEqual([])
  expect(judge(visit([own('DIALYSIS', 2)])).open).toEqual([])
  expect(judge(visit([line('HEAT', 4), own('HEAT', 2)])).open).toMatchObject([{ evidence: { faults: [{ total: 4 }] } }])
})
