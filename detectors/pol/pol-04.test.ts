import { expect, test } from 'vitest'
import { HOSPITAL, inpatient, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-04.ts'

const CODE = '003402000390000'
const every = (days: number | null, row: object = {}, id = 'f') =>
  reference('frequency', id, { code: CODE, max_cnt: 1, period: 'N_DAYS', days, ...row })
const known = (row: object = {}) => [HOSPITAL, every(14, row), reference('item', CODE, { name: '康复评定' })]
const line = (day: string, more: object = {}): LineGiven => {
  return { med_list_codg: CODE, list_type: '201', pric: 60, fee_ocur_time: `${day} 09:00:00`, ...more }
}
const done = (setl_id: string, day: string, more: object = {}) =>
  settlement({ setl_id, setl_time: `${day} 10:00:00`, feedetail: [line(day)], ...more })
const series = (...days: string[]) => days.map((day, i) => done(`S${i + 1}`, day))

test('Again before the period is over is a violation by the whole of the later one', () => {
  const visits = [done('S1', '2026-03-02'), done('S2', '2026-03-15', { fixmedins_code: 'H2' })]
  for (const order of permutations(visits)) {
    const { open } = run(detector, [...known(), ...order])
    expect(open).toMatchObject([
      {
        ...{ subject: { type: 'person', id: 'P1' }, bucket: `2026-03|${CODE}`, severity: 3, result: 'violation', vola_amt: 6000 },
        ...{ setl_ids: ['S1', 'S2'], fixmedins_code: 'H2', count: 1, evidence: { interval_days: 13, days: 14, max_cnt: 1 } },
        lines: [
          { setl_id: 'S1', vola_item_type: 2 },
          { setl_id: 'S2', vola_item_type: 1, vola_amt: 6000 },
        ],
      },
    ])
    expect(detector.explain(open[0]!.evidence, 'zh')).toBe('康复评定在14天内限1次，间隔13天即再次收费，超频1次共60.00元。')
  }
})

test('When the period is over it begins anew', () => {
  expect(run(detector, [...known(), ...series('2026-03-02', '2026-03-16')]).open).toEqual([])
})

test('A day is one occurrence, however often it is charged', () => {
  const twice = settlement({ feedetail: [line('2026-03-02'), line('2026-03-02'), line('2026-03-02', { cnt: 5 })] })
  expect(run(detector, [...known(), twice]).open).toEqual([])
  const later = inpatient({ feedetail: [line('2026-03-04'), line('2026-03-04'), line('2026-03-02')] })
  expect(run(detector, [...known(), later]).open).toMatchObject([{ vola_amt: 12000, count: 1 }])
})

test('Of several allowed ones the interval runs from the one that many before', () => {
  const days = ['2026-03-02', '2026-03-03', '2026-03-15']
  expect(run(detector, [...known({ max_cnt: 2 }), ...series(...days)]).open).toMatchObject([
    { setl_ids: ['S1', 'S2', 'S3'], vola_amt: 6000, evidence: { interval_days: 13 } },
  ])
  expect(run(detector, [...known({ max_cnt: 3 }), ...series(...days)]).open).toEqual([])
  expect(run(detector, [...known({ max_cnt: 2 }), ...series('2026-03-02', '2026-03-03', '2026-03-16')]).open).toEqual([])
})

test('All limits of an item hold at once, and each violating line is named once', () => {
  const monthly = every(30, { max_cnt: 2 }, 'monthly')
  const days = ['2026-03-02', '2026-03-16', '2026-03-30']
  expect(run(detector, [...known(), monthly, ...series(...days)]).open).toMatchObject([
    { vola_amt: 6000, evidence: { interval_days: 28, days: 30 } },
  ])
  // Of two that are equally short for their periods, the one that is known first.
  const even = [...known(), every(28, { max_cnt: 2 }, 'monthly'), ...series('2026-03-02', '2026-03-09', '2026-03-16')]
  expect(run(detector, even).open).toMatchObject([{ vola_amt: 12000, evidence: { interval_days: 7, days: 14 } }])
  const both = run(detector, [...known(), monthly, ...series('2026-03-02', '2026-03-10', '2026-03-20')]).open
  expect(both).toMatchObject([{ vola_amt: 12000, count: 2, evidence: { interval_days: 8, days: 14 } }])
})

test('A limit per visit counts each visit alone', () => {
  const visits = (...names: string[]) =>
    names.map((mdtrt_id, i) => done(`S${i}`, ['2026-03-02', '2026-03-05'][i]!, { mdtrt_id, med_type: '21' }))
  expect(run(detector, [...known({ per: 'VISIT' }), ...visits('M', 'N')]).open).toEqual([])
  expect(run(detector, [...known({ per: 'VISIT' }), ...visits('M', 'M')]).open).toHaveLength(1)
})

test('Occurrences that follow closely are one alert in the month of the first, others one of their own month', () => {
  expect(run(detector, [...known(), ...series('2026-03-25', '2026-04-03', '2026-04-12')]).open).toMatchObject([
    { bucket: `2026-03|${CODE}`, count: 2, vola_amt: 12000 },
  ])
  const apart = series('2026-03-02', '2026-03-03', '2026-04-20', '2026-04-21')
  expect(run(detector, [...known(), ...apart]).open).toMatchObject([{ bucket: `2026-03|${CODE}` }, { bucket: `2026-04|${CODE}` }])
  const sameMonth = series('2026-03-02', '2026-03-03', '2026-03-20', '2026-03-21')
  expect(run(detector, [...known(), ...sameMonth]).open).toMatchObject([{ count: 2, vola_amt: 12000 }])
})

test('In pregnancy it may be repeated', () => {
  const of = (more: object) => run(detector, [...known(), done('S1', '2026-03-02'), done('S2', '2026-03-09', more)]).open
  for (const med_type of ['51', '52']) expect(of({ med_type })).toEqual([])
  for (const diag_code of ['Z34.000', 'O24.400', 'Z32.100', 'Z36.900'])
    expect(of({ diseinfo: [{ diag_type: '1', maindiag_flag: '0', diag_code }] })).toEqual([])
  expect(of({ diseinfo: [{ diag_type: '1', maindiag_flag: '0', diag_code: 'Z37.000' }] })).toHaveLength(1)
})

test('Another main disease makes no other result of it', () => {
  const for_ = (diag_code: string) => ({ diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code }] })
  const two = [done('S1', '2026-03-02', for_('I63.900')), done('S2', '2026-03-09', for_('S72.000'))]
  expect(run(detector, [...known(), ...two]).open).toMatchObject([{ result: 'violation' }])
})

test('Rows of other periods, or without days, do not limit the period', () => {
  const code = { code: 'OTHER' }
  const two = ['2026-03-02', '2026-03-03'].map((day) => done(day, day, { feedetail: [line(day, { med_list_codg: 'OTHER' })] }))
  expect(run(detector, [HOSPITAL, every(null, code), ...two]).open).toEqual([])
  expect(run(detector, [HOSPITAL, every(14, { period: 'DAY', ...code }), ...two]).open).toEqual([])
  expect(run(detector, [HOSPITAL, every(14, { max_cnt: null, ...code }), ...two]).open).toHaveLength(1)
})

test('What the person pays alone is no occurrence', () => {
  const own = settlement({ feedetail: [line('2026-03-02', { inscp_scp_amt: 0 })] })
  expect(run(detector, [...known(), own, done('S2', '2026-03-03')]).open).toEqual([])
})

test('A day that lies too long before the settlement is not compared', () => {
  const after = (setl_time: string, ...feedetail: LineGiven[]) => {
    const { open, skipped } = run(detector, [...known(), done('S1', '2026-03-02'), inpatient({ setl_time, feedetail })])
    return [open.length, skipped]
  }
  const other = (more: object) => ({ pric: 500, fee_ocur_time: '2026-03-04 09:00:00', ...more })
  // 180 days to the second.
  expect(after('2026-08-31 09:00:00', line('2026-03-04'))).toEqual([1, []])
  expect(after('2026-08-31 09:00:01', line('2026-03-04'))).toEqual([0, ['STAY_TOO_LONG']])
  // Other items of the stay change nothing: neither what it takes back, nor where the limited one is the person's own affair.
  expect(after('2026-09-01 10:00:00', line('2026-03-04'), other({ cnt: -1 }))).toEqual([0, ['STAY_TOO_LONG']])
  expect(after('2026-09-01 10:00:00', line('2026-03-04', { inscp_scp_amt: 0 }), other({}))).toEqual([0, []])
})

test('A void retracts what only its settlement made too often', () => {
  const [first, second] = series('2026-03-02', '2026-03-09')
  const { open, retracted } = run(detector, [...known(), first!, second!, voidOf(first!, '2026-03-10 10:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Of what the table sets no period for five are usual; the one that it sets comes first', () => {
  const again = (code: string, day: string, ...rows: object[]) => {
    const visits = ['2026-03-02', day].map((on, i) => done(`S${i}`, on, { feedetail: [line(on, { med_list_codg: code })] }))
    return run(detector, [HOSPITAL, ...(rows as ReturnType<typeof done>[]), ...visits]).open.length
  }
  expect([again(CODE, '2026-03-15'), again(CODE, '2026-03-16')]).toEqual([1, 0])
  expect([again('002503020030000', '2026-04-30'), again('002503020030000', '2026-05-01')]).toEqual([1, 0])
  expect(again('002503010010000', '2026-03-03')).toBe(0)
  const named = (name: string, day: string) => again('X', day, reference('item', 'X', { name }))
  expect([named('手功能评定', '2026-03-15'), named('手功能评定', '2026-03-16')]).toEqual([1, 0])
  expect([named('儿童听力语言训练', '2026-03-08'), named('儿童听力语言训练', '2026-03-09')]).toEqual([1, 0])
  expect([named('糖化血红蛋白测定（色谱法）', '2026-04-30'), named('血红蛋白测定', '2026-03-03')]).toEqual([1, 0])
  expect([named('果糖胺测定', '2026-03-15'), named('果糖胺测定', '2026-03-16')]).toEqual([1, 0])
  expect([again(CODE, '2026-03-08', every(7)), again(CODE, '2026-03-09', every(7))]).toEqual([1, 0])
  const daily = every(null, { period: 'DAY' })
  expect([again(CODE, '2026-03-15', daily), again(CODE, '2026-03-16', daily)]).toEqual([1, 0])
})

test('A local code of an item whose period is usual is limited as the item is', () => {
  const again = ['2026-03-02', '2026-03-12'].map((day, i) =>
    settlement({ ...{ setl_id: `S${i}`, setl_time: `${day} 10:00:00` }, feedetail: [line(day, { med_list_codg: `${CODE}a1` })] }),
  )
  expect(run(detector, [HOSPITAL, ...again]).open).toMatchObject([
    { bucket: `2026-03|${CODE}`, evidence: { med_list_codg: `${CODE}a1`, days: 14 } },
  ])
})

test('A national code and its local ones are one item, unless a row names the local one', () => {
  const visits = ['', 'a1'].map((suffix, i) => {
    const on = ['2026-03-02', '2026-03-12'][i]!
    return done(`S${i}`, on, { feedetail: [line(on, { med_list_codg: `${CODE}${suffix}` })] })
  })
  for (const order of permutations(visits))
    for (const rows of [[HOSPITAL], known()])
      expect(run(detector, [...rows, ...order]).open).toMatchObject([
        { bucket: `2026-03|${CODE}`, vola_amt: 6000, evidence: { med_list_codg: CODE, name: expect.any(String) } },
      ])
  expect(run(detector, [...known(), every(14, { code: `${CODE}a1` }, 'local'), ...visits]).open).toEqual([])
  // What a later bill takes back by the national code was charged by the local one.
  const bill = (setl_id: string, day: string, ...feedetail: LineGiven[]) =>
    inpatient({ setl_id, mdtrt_id: 'M', setl_time: `${day} 10:00:00`, feedetail })
  const local = (day: string) => line(day, { med_list_codg: `${CODE}a1` })
  const first = bill('S1', '2026-03-08', local('2026-03-01'), local('2026-03-06'))
  const back = bill('S2', '2026-03-12', { pric: 500 }, line('2026-03-06', { cnt: -1 }))
  expect([run(detector, [...known(), first]).open.length, run(detector, [...known(), first, back]).open.length]).toEqual([1, 0])
})

test('An occurrence that a later bill of the visit takes back was none', () => {
  const bill = (setl_id: string, day: string, ...feedetail: LineGiven[]) =>
    inpatient({ setl_id, mdtrt_id: 'M', setl_time: `${day} 10:00:00`, feedetail })
  const first = bill('S1', '2026-03-08', line('2026-03-01'), line('2026-03-06'))
  for (const day of ['2026-03-01', '2026-03-06', '2026-03-11'])
    for (const order of permutations([first, bill('S2', '2026-03-12', { pric: 500 }, line(day, { cnt: -1 }))]))
      expect(run(detector, [...known(), ...order]).open).toEqual([])
})

test('Several lines of one day are told as one occurrence, by the amount of all', () => {
  const twice = settlement({
    setl_id: 'S2',
    setl_time: '2026-03-07 10:00:00',
    feedetail: [line('2026-03-07'), line('2026-03-07')],
  })
  const { open } = run(detector, [...known(), done('S1', '2026-03-02'), twice])
  expect(open).toMatchObject([{ vola_amt: 12000, count: 1, evidence: { occurrences: [{ over: false }, { over: true }] } }])
  expect(open[0]!.evidence.occurrences).toHaveLength(2)
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('康复评定在14天内限1次，间隔5天即再次收费，超频1次共120.00元。')
})

test('A void that gives an occurrence back is heard for the half year of a stay, the period and 33 days more', () => {
  const bill = (setl_id: string, day: string, ...feedetail: LineGiven[]) =>
    inpatient({ setl_id, mdtrt_id: 'M', setl_time: `${day} 10:00:00`, feedetail })
  const takesBack = bill('S3', '2026-03-09', { pric: 500 }, line('2026-03-08', { cnt: -1 }))
  const events = [...known(), done('S1', '2026-03-02'), bill('S2', '2026-03-08', line('2026-03-08')), takesBack]
  expect(run(detector, events).open).toEqual([])
  // 227 days after the second bill; the watermark is ten minutes behind.
  const voided = (at: string) => run(detector, [...events, voidOf(takesBack, at)]).open.map(({ setl_ids }) => setl_ids)
  expect(voided('2026-10-21 10:09:59')).toEqual([['S1', 'S2']])
  expect(voided('2026-10-21 10:10:00')).toEqual([])
})

test('The periods of the nearest place bind, however many rows it has', () => {
  const local = every(7, { admdvs: '990100' }, 'local')
  const monthly = every(30, { max_cnt: 3, admdvs: '990100' }, 'monthly')
  const elsewhere = every(60, { admdvs: '980000' }, 'elsewhere')
  const after = (...days: string[]) => run(detector, [...known(), local, monthly, elsewhere, ...series(...days)]).open
  expect(after('2026-03-02', '2026-03-10')).toEqual([])
  expect(after('2026-03-02', '2026-03-08')).toMatchObject([{ evidence: { days: 7 } }])
  expect(after('2026-03-02', '2026-03-09', '2026-03-16', '2026-03-23')).toMatchObject([{ evidence: { days: 30, max_cnt: 3 } }])
})
