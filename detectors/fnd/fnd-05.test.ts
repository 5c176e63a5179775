import { describe, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../schemas/time.ts'
import { admission, discharge, HOSPITAL, heartbeat, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './fnd-05.ts'

const HERE = 'H99010100001'
const THERE = 'H99010100002'
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05']
const budget = (code: string) => MONTHS.map((month) => reference('budget', `${code}:${month}`, { quota: 10_000 }))
const KNOWN = [HOSPITAL, reference('institution', THERE, { kind: 'hospital' }), ...budget(HERE), ...budget(THERE)]
const GROUPS = [reference('drg', 'HEAVY', { weight: 2 }), reference('drg', 'LIGHT', { weight: 1 })]

interface Day {
  readonly admitted: number
  readonly age?: number
  readonly drg?: string
  /** How many of them leave in this way. */
  readonly away?: number
  readonly dscg_way?: string
  /** How many of them are admitted elsewhere two days later. */
  readonly back?: number
}

/** Stays of one night. */
function dayOf(date: string, { admitted, age = 60, drg = '', away = 0, dscg_way = '2', back = 0 }: Day): Wire[] {
  const next = (days: number) => formatDay(parseDay(date) + days)
  return Array.from({ length: admitted }, (_, i) => {
    const [mdtrt_id, psn_no] = [`${date}-${i}`, `P-${date}-${i}`]
    const brdy = `${2026 - age}-01-01`
    const events = [
      admission({ mdtrt_id, psn_no, brdy, begntime: `${date} 09:00:00` }),
      discharge({ mdtrt_id, psn_no, endtime: `${next(1)} 10:00:00`, dscg_way: i < away ? dscg_way : '1' }),
    ]
    if (drg) {
      const times = { begntime: `${date} 09:00:00`, endtime: `${next(1)} 10:00:00`, setl_time: `${next(1)} 11:00:00` }
      events.push(inpatient({ setl_id: `S-${mdtrt_id}`, mdtrt_id, psn_no, brdy, drg_code: drg, hifp_pay: 0, ...times }))
    }
    if (i < back)
      events.push(admission({ mdtrt_id: `${mdtrt_id}-b`, psn_no, fixmedins_code: THERE, begntime: `${next(3)} 09:00:00` }))
    return events
  }).flat()
}

const span = (from: string, until: string, day: Day) =>
  Array.from({ length: parseDay(until) - parseDay(from) }, (_, i) => dayOf(formatDay(parseDay(from) + i), day)).flat()

/** From the tenth of April on nine tenths of the budget are spent. */
const spent = (amount = 9000, date = '2026-04-10') =>
  settlement({ setl_id: 'SPENT', psn_no: 'X', setl_time: `${date} 10:00:00`, hifp_pay: amount })
const over = heartbeat('2026-05-07 00:10:00')

function judge(events: readonly Wire[], known = KNOWN, history_from = '2026-01-01 00:00:00') {
  const timeOf = (event: Wire) =>
    (event.kind === 'admission'
      ? event.begntime
      : event.kind === 'discharge'
        ? event.endtime
        : (event.setl_time ?? event.time)) as string
  return run(detector, [...known, ...events.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1))], { history_from })
}

const usual: Day = { admitted: 4 }
const before = span('2026-01-05', '2026-04-11', usual)
const after = (day: Day, until = '2026-05-01') => span('2026-04-11', until, day)
const signalsOf = (events: readonly Wire[], known = KNOWN) => {
  const outcome = judge([...events, spent(), over], known)
  return outcome.open[0]?.evidence.signals.map(({ name }: { name: string }) => name) ?? []
}

test('Fewer admissions and more transfers once nine tenths of the budget are spent are two signals', () => {
  const events = [...span('2026-01-05', '2026-04-11', { ...usual, away: 1 }), ...after({ admitted: 2, away: 2 })]
  const { open } = judge([...events, spent(), over])
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: HERE }, bucket: '2026-04', result: 'suspicion', severity: 3, vola_amt: 0 },
      evidence: { reached_on: '2026-04-10', before_days: 90, after_days: 20, quota: 10_000 },
    },
  ])
  expect(open[0]!.evidence.signals).toMatchObject([
    { name: 'admissions', before: 80, after: 40 },
    { name: 'sent_away', before: 0.25 },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-04-10预算执行达90%后20天：收治减少\(80→40\)/)
})

test('One signal is none', () => {
  expect(signalsOf([...before, ...after({ admitted: 2 })])).toEqual([])
  expect(signalsOf([...before, ...after({ admitted: 4, away: 1 })])).toEqual([])
})

test('It takes nine tenths of the budget, and a budget', () => {
  const events = [...before, ...after({ admitted: 2, away: 1 })]
  expect(judge([...events, spent(9000), over]).open).toHaveLength(1)
  expect(judge([...events, spent(8999.99), over]).open).toEqual([])
  expect(judge([...events, spent(), over], [HOSPITAL]).open).toEqual([])
})

test('Thirty percent fewer admissions than on the same weekdays, and no less', () => {
  const three = [...Array(20).keys()].map((i) => (i < 16 ? 3 : 2))
  const days = (counts: readonly number[]) =>
    counts.flatMap((admitted, i) => dayOf(formatDay(parseDay('2026-04-11') + i), { admitted, away: 1 }))
  // Of 80 expected 56 are thirty percent fewer.
  expect(signalsOf([...before, ...days(three)])).toEqual(['admissions', 'sent_away'])
  expect(signalsOf([...before, ...days([4, ...three.slice(1)])])).toEqual([])
})

test('A holiday is like no other day', () => {
  const holidays = ['2026-04-13', '2026-04-14', '2026-04-15', '2026-04-16', '2026-04-17', '2026-04-20', '2026-04-21']
  const rows = holidays.map((date) => reference('calendar', date, { workday: false }))
  const quiet = after({ admitted: 4, away: 1 }).filter(
    ({ begntime }) => !holidays.some((day) => (begntime as string)?.startsWith(day)),
  )
  expect(signalsOf([...before, ...quiet])).toEqual(['admissions', 'sent_away'])
  expect(signalsOf([...before, ...quiet], [...KNOWN, ...rows])).toEqual([])
})

test('Lighter cases, by the weight of their group or by age, are one signal', () => {
  const heavy = span('2026-01-05', '2026-04-11', { ...usual, drg: 'HEAVY' })
  const light = [...heavy, ...after({ admitted: 2, drg: 'LIGHT' })]
  expect(signalsOf(light, [...KNOWN, ...GROUPS])).toEqual(['admissions', 'severity'])
  const ofArea = [
    reference('drg', 'HEAVY', { weight: 2, admdvs: '990100' }),
    reference('drg', 'LIGHT', { weight: 1, admdvs: '990100' }),
  ]
  expect(signalsOf(light, [...KNOWN, ...ofArea])).toEqual(['admissions', 'severity'])
  const old = span('2026-01-05', '2026-04-11', { ...usual, age: 75 })
  expect(signalsOf([...old, ...after({ admitted: 2, age: 74 })])).toEqual(['admissions', 'severity'])
  expect(signalsOf([...old, ...after({ admitted: 2, age: 75 })])).toEqual([])
})

test('Readmissions elsewhere within three days and complaints are signals too', () => {
  expect(signalsOf([...before, ...after({ admitted: 2, back: 1 })])).toEqual(['admissions', 'back_elsewhere'])
  // Also where the other hospital has no budget.
  const alone = [HOSPITAL, reference('institution', THERE, { kind: 'hospital' }), ...budget(HERE)]
  expect(signalsOf([...before, ...after({ admitted: 2, back: 1 })], alone)).toEqual(['admissions', 'back_elsewhere'])
  const complaint = (i: number) => ({
    kind: 'complaint',
    complaint_id: `C${i}`,
    fixmedins_code: HERE,
    time: `2026-04-2${i} 09:00:00`,
  })
  const complaints = [1, 2, 3].map(complaint)
  expect(signalsOf([...before, ...after({ admitted: 2 }), ...complaints])).toEqual(['admissions', 'complaints'])
  expect(signalsOf([...before, ...after({ admitted: 2 }), ...complaints.slice(1)])).toEqual([])
})

test('Five days of the month must be left, and four weeks before be known', () => {
  const late = (date: string) => {
    const next = formatDay(parseDay(date) + 1)
    const events = [...span('2026-01-05', next, { admitted: 8 }), ...span(next, '2026-05-01', { admitted: 4, away: 2 })]
    return judge([...events, spent(9000, date), over]).open.length
  }
  expect([late('2026-04-25'), late('2026-04-26')]).toEqual([1, 0])
  const events = [...before, ...after({ admitted: 2, away: 1 }), spent(), over]
  const since = (date: string) => judge(events, KNOWN, `${date} 23:00:00`)
  expect(since('2026-03-14').open).toMatchObject([{ evidence: { before_days: 28 } }])
  expect(since('2026-03-15')).toMatchObject({ open: [], skipped: expect.arrayContaining(['HISTORY_SHORT']) })
})

test('It is judged six days after the month, and a void of what was spent retracts', () => {
  const bill = spent()
  const events = [...before, ...after({ admitted: 2, away: 1 }), bill]
  expect(judge([...events, heartbeat('2026-05-07 00:09:59')]).open).toEqual([])
  expect(judge([...events, over]).open).toHaveLength(1)
  expect(judge([...events, over, voidOf(bill, '2026-05-20 10:00:00')])).toMatchObject({
    open: [],
    retracted: [{ bucket: '2026-04' }],
  })
  const long_after = [over, heartbeat('2027-03-01 00:00:00')]
  expect(judge([...events, ...long_after]).open).toHaveLength(1)
  expect(judge([...events, ...long_after, voidOf(bill, '2027-03-01 10:00:00')]).open).toEqual([])
})

test('Settlements of stays after the day are named', () => {
  const events = [
    ...span('2026-01-05', '2026-04-11', { ...usual, drg: 'HEAVY' }),
    ...after({ admitted: 2, away: 1, drg: 'HEAVY' }),
  ]
  const { open } = judge([...events, spent(), over])
  expect(open[0]!.setl_ids.slice(0, 2)).toEqual(['S-2026-04-10-0', 'S-2026-04-10-1'])
  expect(open[0]!.setl_ids.every((id) => id >= 'S-2026-04-10')).toBe(true)
  // Of one second they stand in the order of their ids, however they come; who is taken back is not named.
  const first = events.find(({ setl_id }) => setl_id === 'S-2026-04-10-0')!
  const { open: others } = judge([...events.toReversed(), spent(), over, voidOf(first, '2026-05-20 10:00:00')])
  expect(others[0]!.setl_ids.slice(0, 2)).toEqual(['S-2026-04-10-1', 'S-2026-04-10-2'])
})

test('The days that are looked at begin at midnight after the day, and end with the month', () => {
  const given = (setl_id: string, setl_time: string) =>
    inpatient({
      setl_id,
      mdtrt_id: setl_id,
      psn_no: setl_id,
      begntime: '2026-01-02 09:00:00',
      endtime: '',
      setl_time,
      hifp_pay: 0,
    })
  const times = ['2026-04-10 23:59:59', '2026-04-11 00:00:00', '2026-04-30 23:59:59', '2026-05-01 00:00:00']
  const events = [...tenExpected, ...three, ...times.map((time, i) => given(`T${i}`, time))]
  expect(judge([...events, spent(), over]).open[0]!.setl_ids).toEqual(['T1', 'T2'])
  // Nor is the first of all any longer when it is taken back.
  const first = given('T1', times[1]!)
  const others = [...tenExpected, ...three, first, given('T2', times[2]!), spent(), over]
  expect(judge([...others, voidOf(first, '2026-05-20 10:00:00')]).open[0]!.setl_ids).toEqual(['T2'])
})

test('The days before the month are known though it alone has a budget', () => {
  const alone = [HOSPITAL, reference('budget', `${HERE}:2026-04`, { quota: 10_000 }, { effective_from: '2026-04-01' })]
  const events = [...span('2026-01-05', '2026-04-11', { ...usual, away: 1 }), ...after({ admitted: 2, away: 2 })]
  expect(judge([...events, spent(), over], alone).open).toMatchObject([
    { bucket: '2026-04', evidence: { before_days: 90, signals: [{ name: 'admissions' }, { name: 'sent_away' }] } },
  ])
  const early = reference('budget', `${HERE}:2026-08`, { quota: 10_000 })
  expect(judge([...events, spent(), over], [HOSPITAL, early]).open).toEqual([])
})

const fewer = [...span('2026-01-05', '2026-04-11', { ...usual, away: 1 }), ...after({ admitted: 2, away: 2 })]

test('A budget of one insurance type is spent by that type; of several the first that is nearly spent counts', () => {
  const typed = (insutype: string, quota: number) =>
    MONTHS.map((month) => reference('budget', `${HERE}:${month}:${insutype}`, { quota }))
  const known = [HOSPITAL, ...typed('310', 100_000), ...typed('390', 10_000)]
  const residents = { ...spent(), insutype: '390' }
  const { open } = judge([...fewer, residents, over], known)
  expect(open).toMatchObject([
    { evidence: { owner: HERE, insutype: '390', quota: 10_000, reached_on: '2026-04-10', before_days: 90 } },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-04-10居民医保预算执行达90%后20天：/)
  expect(judge([...fewer, spent(), over], known).open).toEqual([])
  expect(judge([...fewer, residents, over, voidOf(residents, '2026-05-20 10:00:00')], known).open).toEqual([])
  const both = [...known, reference('budget', `${HERE}:2026-04`, { quota: 30_000 })]
  const sooner = { ...spent(27_000, '2026-04-08'), setl_id: 'SOONER' }
  expect(judge([...fewer, residents, sooner, over], both).open[0]!.evidence).toMatchObject({
    ...{ insutype: '', quota: 30_000, reached_on: '2026-04-08' },
  })
})

test('A budget of one insurance type asks how its own patients fared', () => {
  const of = (insutype: string, events: readonly Wire[]) =>
    events.map((event) => ({
      ...event,
      ...{ mdtrt_id: `${event.mdtrt_id}-${insutype}`, psn_no: `${event.psn_no}-${insutype}` },
      ...(event.kind === 'admission' && { insutype }),
    }))
  const typed = (insutype: string) => [
    HOSPITAL,
    ...MONTHS.map((month) => reference('budget', `${HERE}:${month}:${insutype}`, { quota: 10_000 })),
  ]
  const signals = (insutype: string, ...events: (readonly Wire[])[]) => {
    const { open } = judge([...events.flat(), { ...spent(), insutype }, over], typed(insutype))
    return open[0]?.evidence.signals.map(({ name }: { name: string }) => name)
  }
  const many = span('2026-03-01', '2026-05-01', { admitted: 6, away: 1 })
  const few = span('2026-03-01', '2026-05-01', { admitted: 1 })
  expect(signals('390', of('390', fewer), of('310', many))).toEqual(['admissions', 'sent_away'])
  expect(signals('310', of('390', fewer), of('310', few))).toBeUndefined()
  // Who does not tell the type may be of this one.
  expect(signals('310', fewer, of('390', many))).toEqual(['admissions', 'sent_away'])
})

test('A budget that a medical community shares is spent by all its members, and each of them is looked at', () => {
  const member = (code: string) => reference('institution', code, { kind: 'hospital', admdvs: '990101', group_id: 'G' })
  const common = MONTHS.map((month) => reference('budget', `G:${month}`, { quota: 10_000 }))
  // Budgets of its own do not bind who shares one.
  const known = [member(HERE), member(THERE), ...common, ...budget(HERE)]
  const own = { ...spent(2000, '2026-04-09'), setl_id: 'OWN' }
  const theirs = { ...spent(7000), setl_id: 'THEIRS', fixmedins_code: THERE }
  const { open } = judge([...fewer, own, theirs, over], known)
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: HERE }, bucket: '2026-04', fixmedins_code: HERE, admdvs: '990101' },
      evidence: { owner: 'G', insutype: '', quota: 10_000, reached_on: '2026-04-10', before_days: 90, after_days: 20 },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'en')).toMatch(
    /^After 90% of the common budget for 2026-04 were spent on 2026-04-10/,
  )
  expect(judge([...fewer, own, over], known).open).toEqual([])
  const taken = voidOf(theirs, '2026-05-20 10:00:00')
  expect(judge([...fewer, own, theirs, over, taken], known)).toMatchObject({ open: [], retracted: [{ bucket: '2026-04' }] })
  const again = { ...theirs, setl_id: 'AGAIN', setl_time: '2026-04-12 10:00:00' }
  const { open: later } = judge([...fewer, own, theirs, again, over, taken], known)
  expect(later).toMatchObject([{ evidence: { reached_on: '2026-04-12' } }])
})

test('A member of a shared budget that takes nobody any more is looked at too', () => {
  const member = (code: string) => reference('institution', code, { kind: 'hospital', admdvs: '990101', group_id: 'G' })
  const common = MONTHS.map((month) => reference('budget', `G:${month}`, { quota: 10_000 }))
  const known = [member(HERE), member(THERE), ...common]
  const theirs = { ...spent(9000), setl_id: 'THEIRS', fixmedins_code: THERE }
  const events = [...span('2026-03-01', '2026-04-10', { admitted: 2 }), theirs, ...three]
  expect(judge([...events, over], known).open).toMatchObject([
    { subject: { id: HERE }, bucket: '2026-04', admdvs: '990101', evidence: { owner: 'G', reached_on: '2026-04-10' } },
  ])
  const names = judge([...events, over], known).open[0]!.evidence.signals.map(({ name }: { name: string }) => name)
  expect(names).toEqual(['admissions', 'complaints'])
  // One that is no member, and a budget that was not spent.
  expect(judge([...events, over], [HOSPITAL, member(THERE), ...common]).open).toEqual([])
  expect(
    judge(
      [...events, { ...theirs, hifp_pay: 8000 }, over].filter((event) => event !== theirs),
      known,
    ).open,
  ).toEqual([])
  // What becomes known later of a closed month is told to all members.
  const taken = voidOf(theirs, '2026-05-20 10:00:00')
  expect(judge([...events, over, taken], known)).toMatchObject({ open: [], retracted: [{ bucket: '2026-04' }] })
})

const complaintsOn = (...dates: readonly string[]) =>
  dates.map((date, i) => ({ kind: 'complaint', complaint_id: `C-${date}-${i}`, fixmedins_code: HERE, time: `${date} 09:00:00` }))
const three = complaintsOn('2026-04-20', '2026-04-21', '2026-04-22')

const weekly = (first: string, admitted: number) =>
  [...Array(13).keys()].flatMap((week) => dayOf(formatDay(parseDay(first) + 7 * week), { admitted }))
/** Of the month three Wednesdays and two Fridays are left: ten admissions are expected. */
const tenExpected = [...weekly('2026-01-16', 2), ...weekly('2026-01-14', 2)]

test('Of fewer than ten expected admissions nothing is concluded', () => {
  expect(signalsOf([...tenExpected, ...three])).toEqual(['admissions', 'complaints'])
  expect(signalsOf([...weekly('2026-01-14', 3), ...three])).toEqual([])
})

test('Fifteen percent lighter cases are a signal, of ten cases on either side', () => {
  const weight = (drg: string, weight: number) => reference('drg', drg, { weight })
  const known = [...KNOWN, ...GROUPS, weight('15', 1.7), weight('14', 1.72)]
  const nth = (from: string, cases: number, drg: string) => span(from, formatDay(parseDay(from) + cases), { admitted: 1, drg })
  const given = (then: number, now: number, drg: string) =>
    signalsOf([...nth('2026-03-02', then, 'HEAVY'), ...nth('2026-04-12', now, drg), ...three], known)
  expect(given(10, 10, '15')).toEqual(['severity', 'complaints'])
  expect(given(10, 10, '14')).toEqual([])
  expect(given(9, 10, '15')).toEqual([])
  expect(given(10, 9, '15')).toEqual([])
})

test('A share that is the limit itself is a signal, whatever binary fractions make of it', () => {
  // Ninety are expected on the Wednesdays and Fridays that are left, of which sixty-three are thirty percent fewer.
  const weeks = (first: string, admitted: number) =>
    [0, 7, 14, 21].flatMap((later) => dayOf(formatDay(parseDay(first) + later), { admitted }))
  const fewer = (admitted: number) =>
    judge(
      [...weeks('2026-03-18', 20), ...weeks('2026-03-20', 15), ...dayOf('2026-04-13', { admitted }), ...three, spent(), over],
      KNOWN,
      '2026-03-14 23:00:00',
    ).open.length
  expect([fewer(63), fewer(64)]).toEqual([1, 0])
  const known = [...KNOWN, ...GROUPS, reference('drg', '15', { weight: 1.7 })]
  const heavy = span('2026-03-02', '2026-03-12', { admitted: 3, drg: 'HEAVY' })
  const lighter = span('2026-04-12', '2026-04-18', { admitted: 3, drg: '15' })
  expect(signalsOf([...heavy, ...lighter, ...three], known)).toEqual(['severity', 'complaints'])
})

test('Twice the share of transfers, and three of them at least', () => {
  // Of 42 discharges after, the first four are of the day before.
  const some = span('2026-04-12', '2026-04-30', { admitted: 2, away: 1 })
  const quarter = span('2026-01-05', '2026-04-11', { ...usual, away: 1 })
  const first = (away: number) => dayOf('2026-04-11', { admitted: 2, away })
  const last = dayOf('2026-04-30', { admitted: 2 })
  expect(signalsOf([...quarter, ...first(2), ...some, ...last])).toEqual(['admissions', 'sent_away'])
  expect(signalsOf([...quarter, ...first(1), ...some, ...last])).toEqual([])
  const days = (count: number) => span('2026-04-12', formatDay(parseDay('2026-04-12') + count), { admitted: 2, away: 1 })
  expect(signalsOf([...before, ...days(3)])).toEqual(['admissions', 'sent_away'])
  expect(signalsOf([...before, ...days(2)])).toEqual([])
})

test('More complaints a day than before', () => {
  const four = [...three, ...complaintsOn('2026-04-30')]
  // Four in twenty days are as many as eighteen in ninety.
  const earlier = [...Array(18).keys()].map((i) => formatDay(parseDay('2026-01-11') + 5 * i))
  const then = (count: number) => complaintsOn(...earlier.slice(0, count))
  const quiet = after({ admitted: 2 })
  expect(signalsOf([...before, ...quiet, ...then(17), ...four])).toEqual(['admissions', 'complaints'])
  expect(signalsOf([...before, ...quiet, ...then(18), ...four])).toEqual([])
})

test('A readmission elsewhere is one from the end of the stay to the third day after it', () => {
  const elsewhere = (begntime: (date: string) => string) =>
    ['2026-04-14', '2026-04-15', '2026-04-16'].map((date) =>
      admission({ mdtrt_id: `B-${date}`, psn_no: `P-${date}-0`, fixmedins_code: THERE, begntime: begntime(date) }),
    )
  const days = (date: string, count: number) => formatDay(parseDay(date) + count)
  const given = (begntime: (date: string) => string) => signalsOf([...before, ...after({ admitted: 2 }), ...elsewhere(begntime)])
  const both = ['admissions', 'back_elsewhere']
  expect(given((date) => `${days(date, 4)} 23:59:59`)).toEqual(both)
  expect(given((date) => `${days(date, 5)} 00:00:00`)).toEqual([])
  expect(given((date) => `${days(date, 1)} 10:00:00`)).toEqual(both)
  expect(given((date) => `${days(date, 1)} 09:59:59`)).toEqual([])
})

test('What a common budget paid is known for twenty-six months', () => {
  const member = (code: string) => reference('institution', code, { kind: 'hospital', admdvs: '990101', group_id: 'G' })
  const known = [member(HERE), member(THERE), ...MONTHS.map((month) => reference('budget', `G:${month}`, { quota: 10_000 }))]
  const [own, theirs] = [
    { ...spent(2000), setl_id: 'OWN' },
    { ...spent(7000), fixmedins_code: THERE },
  ]
  const taken = (time: string) => judge([...tenExpected, ...three, own, theirs, over, voidOf(theirs, time)], known).open.length
  // Time stays ten minutes behind.
  expect(taken('2028-07-15 00:09:59')).toBe(0)
  expect(taken('2028-07-15 00:10:00')).toBe(1)
})

/** Who is admitted and leaves on one day, as the settlement alone tells. */
const settledStay = (setl_id: string, date: string, dscg_way = '1') =>
  inpatient({
    ...{ setl_id, mdtrt_id: setl_id, psn_no: setl_id, dscg_way, mdtrt_admdvs: '', hifp_pay: 0 },
    ...{ begntime: `${date} 09:00:00`, endtime: `${date} 19:00:00`, setl_time: `${date} 20:00:00` },
  })

test('A void may make a finding of a month, until fifty days after its beginning', () => {
  const eight = [...dayOf('2026-04-13', { admitted: 7 }), settledStay('EIGHTH', '2026-04-14')]
  const taken = (time: string) =>
    judge([...tenExpected, ...eight, ...three, spent(), voidOf(settledStay('EIGHTH', '2026-04-14'), time)]).open.length
  // Time stays ten minutes behind.
  expect(taken('2026-05-07 00:10:00')).toBe(1)
  expect(taken('2026-05-22 00:09:59')).toBe(1)
  expect(taken('2026-05-22 00:10:00')).toBe(0)
})

describe('What is known of a stay', () => {
  const sentAway = ['A', 'B', 'C'].map((id) => settledStay(id, '2026-04-20', '2'))
  const given = (...later: Wire[]) =>
    judge([...dayOf('2026-03-02', { admitted: 1 }), ...sentAway, ...three, spent(), over, ...later]).open.length
  const again = (time: string, psn_no = 'A') => admission({ mdtrt_id: 'AGAIN', psn_no, begntime: time })

  test('is taken back with it for half a year, or longer where the person comes again', () => {
    const taken = (time: string) => voidOf(sentAway[0]!, time)
    expect(given()).toBe(1)
    // Time stays ten minutes behind.
    expect(given(taken('2026-10-17 20:09:59'))).toBe(0)
    expect(given(taken('2026-10-17 20:10:00'))).toBe(1)
    expect(given(again('2026-10-17 09:00:00'), taken('2026-10-20 10:00:00'))).toBe(0)
    expect(given(again('2026-10-17 09:00:00'))).toBe(1)
    expect(given(again('2026-10-18 00:00:00'))).toBe(1)
    expect(given(again('2026-10-18 00:00:00'), taken('2026-10-20 10:00:00'))).toBe(1)
  })

  test('stays known when the person comes again more than half a year after its begin', () => {
    const long = [
      admission({ mdtrt_id: 'LONG', psn_no: 'L', begntime: '2026-03-21 09:00:00' }),
      discharge({ mdtrt_id: 'LONG', psn_no: 'L', endtime: '2026-04-20 10:00:00', dscg_way: '2' }),
    ]
    const two = [...dayOf('2026-03-02', { admitted: 1 }), ...sentAway.slice(1), ...long, ...three, spent(), over]
    expect(judge(two).open).toHaveLength(1)
    expect(judge([...two, again('2026-09-18 09:00:00', 'L')]).open).toHaveLength(1)
    expect(judge([...two, again('2026-10-19 09:00:00', 'L')]).open).toHaveLength(1)
  })
})
