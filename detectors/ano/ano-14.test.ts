import { expect, test } from 'vitest'
import { admission, discharge, heartbeat, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-14.ts'

const CODES = ['H1', 'H2', 'H3', 'H4', 'H5']
const KNOWN = CODES.map((code) =>
  reference('institution', code, {
    kind: 'hospital',
    level: '2',
    admdvs: '990101',
  }),
)
const OVER = heartbeat('2026-04-10 00:00:00')
const byTime = (events: readonly Wire[]) =>
  events.toSorted((a, b) => ((a.setl_time as string) < (b.setl_time as string) ? -1 : 1))
const judge = (events: readonly Wire[], known = KNOWN) =>
  run(detector, [...known, ...byTime(events), OVER], {
    history_from: '2026-01-01 00:00:00',
  })

/** A hundred visits by day, of fifty persons, half of it drugs. */
const month = (code: string, of: string, more: (i: number) => Wire = () => ({}), count = 100) =>
  Array.from({ length: count }, (_, i) =>
    settlement({
      ...{
        setl_id: `${code}-${of}-${String(i).padStart(3, '0')}`,
        fixmedins_code: code,
        psn_no: `${code}-${i % 50}`,
      },
      setl_time: `${of}-${String(1 + (i % 28)).padStart(2, '0')} 10:00:00`,
      feedetail: [
        { pric: 50 + (i % 7) },
        {
          pric: 50,
          list_type: '201',
          med_chrgitm_type: '04',
          med_list_codg: '003301',
        },
      ],
      ...more(i),
    }),
  )
const quarter = (code: string, more?: (i: number) => Wire) =>
  ['2026-01', '2026-02'].flatMap((of) => month(code, of)).concat(month(code, '2026-03', more))
const peers = () => CODES.slice(1).flatMap((code) => quarter(code))
/** At night, one person ten times, and nothing but drugs. */
const odd = (i: number) => ({
  setl_time: `2026-03-${String(1 + (i % 28)).padStart(2, '0')} 23:00:00`,
  psn_no: `P${i % 10}`,
  feedetail: [{ pric: 103 }],
})
const march = (events: readonly Wire[], known?: typeof KNOWN) =>
  judge(events, known).open.filter(({ bucket }) => bucket === '2026-03')

test('A month that lies far out in several features is an indicator, with those that lie farthest', () => {
  const open = march([...peers(), ...quarter('H1', odd)])
  expect(open).toMatchObject([
    {
      ...{
        subject: { type: 'institution', id: 'H1' },
        bucket: '2026-03',
        result: 'indicator',
        severity: 3,
        vola_amt: 0,
      },
      evidence: { settlements: 100, peers: 5, months: 3 },
    },
  ])
  const features = open[0]!.evidence.features.map(({ feature }: { feature: string }) => feature)
  expect(features.slice(0, 2).sort()).toEqual(['night_share', 'visits_per_head'])
  expect(features).toEqual(expect.arrayContaining(['drug_ratio', 'exam_ratio']))
  expect(features.length).toBeLessThanOrEqual(5)
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-03综合偏离\d+(\.\d+)?：.*夜间占比1（同类0，50σ）/)
})

test('One or two features are a speciality', () => {
  expect(march([...peers(), ...quarter('H1', (i) => ({ setl_time: odd(i).setl_time }))])).toEqual([])
  expect(
    march([
      ...peers(),
      ...quarter('H1', (i) => ({
        setl_time: odd(i).setl_time,
        psn_no: odd(i).psn_no,
      })),
    ]),
  ).toEqual([])
})

test('New institutions, small months and small groups are not judged', () => {
  expect(march([...peers(), ...month('H1', '2026-02'), ...month('H1', '2026-03', odd)])).toEqual([])
  const small = ['2026-01', '2026-02'].flatMap((of) => month('H1', of)).concat(month('H1', '2026-03', odd, 49))
  expect(march([...peers(), ...small])).toEqual([])
  expect(march([...CODES.slice(1, 4).flatMap((code) => quarter(code)), ...quarter('H1', odd)])).toEqual([])
})

test('Peers are of the same kind, level and specialty', () => {
  const special = KNOWN.with(
    0,
    reference('institution', 'H1', {
      kind: 'hospital',
      level: '2',
      specialty: '肿瘤',
      admdvs: '990101',
    }),
  )
  expect(march([...peers(), ...quarter('H1', odd)], special)).toEqual([])
})

test('Voids retract', () => {
  const events = byTime([...peers(), ...month('H1', '2026-01'), ...month('H1', '2026-02'), ...month('H1', '2026-03', odd, 50)])
  const back = voidOf(events.findLast(({ fixmedins_code }) => fixmedins_code === 'H1')!, '2026-06-02 10:00:00')
  const { open, retracted } = run(detector, [...KNOWN, ...events, OVER, back], {
    history_from: '2026-01-01 00:00:00',
  })
  expect(open.filter(({ bucket }) => bucket === '2026-03')).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('A stay is as long as its admission and discharge say, whatever its bill says', () => {
  const stay = (code: string, i: number) => {
    const [mdtrt_id, psn_no] = [`M-${code}-${i}`, `${code}-I${i}`]
    const [begntime, endtime] = ['2026-03-02 09:00:00', code === 'H1' ? '2026-03-26 09:00:00' : '2026-03-07 09:00:00']
    const stays = { mdtrt_id, psn_no, fixmedins_code: code }
    const bill = {
      ...stays,
      setl_id: mdtrt_id,
      begntime,
      endtime: '2026-03-07 09:00:00',
      setl_time: '2026-03-26 10:00:00',
    }
    return [admission({ ...stays, begntime }), discharge({ ...stays, endtime }), inpatient(bill)]
  }
  const stays = CODES.flatMap((code) => Array.from({ length: 10 }, (_, i) => stay(code, i)).flat())
  const timeOf = ({ setl_time, endtime, begntime }: Wire) => String(setl_time ?? endtime ?? begntime)
  const events = [...peers(), ...quarter('H1', odd), ...stays].sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1))
  const { open } = run(detector, [...KNOWN, ...events, OVER], {
    history_from: '2026-01-01 00:00:00',
  })
  const found = open.find(({ bucket }) => bucket === '2026-03')!
  expect(found.evidence.features).toContainEqual({
    feature: 'stay_days',
    value: 24,
    peers: 5,
    z: 38,
  })
})

/** What is found of a hospital in March, whose peers are known then only. */
function foundOf(more: (i: number) => Wire, ...given: readonly Wire[]): { settlements: number; features: readonly Wire[] } {
  const before = ['2026-01', '2026-02'].flatMap((of) => month('H1', of, undefined, 50))
  const usual = CODES.slice(1).flatMap((code) => month(code, '2026-03'))
  const settled = given.filter(({ kind }) => kind === 'settlement')
  const events = byTime([...before, ...usual, ...month('H1', '2026-03', more), ...settled])
  const voids = given.filter(({ kind }) => kind === 'void')
  const { open } = run(detector, [...KNOWN, ...events, OVER, ...voids], { history_from: '2026-01-01 00:00:00' })
  return open.find(({ bucket }) => bucket === '2026-03')!.evidence
}

test('Two visits of one person are one head, until both are taken back', () => {
  const more = (setl_id: string, psn_no: string) => settlement({ ...odd(0), setl_id, fixmedins_code: 'H1', psn_no })
  const [again, another] = [more('again', 'P0'), more('another', 'Q')]
  const perHead = (...events: readonly Wire[]) =>
    foundOf(odd, ...events).features.find(({ feature }) => feature === 'visits_per_head')!.value
  // A hundred visits of ten persons, and these.
  expect(perHead(again, another)).toBe(9.273)
  const voids = [again, another].map((one) => voidOf(one, '2026-06-02 10:00:00'))
  expect(perHead(again, another, ...voids)).toBe(10)
  // So long after the month it is no longer known who came.
  expect(perHead(another, voidOf(another, '2027-06-02 10:00:00'))).toBe(9.091)
})

test('More heads than visits are none', () => {
  // Each of a hundred has come once, and half of it is taken back when nobody knows them any more.
  const once = (i: number) => ({ ...odd(i), psn_no: `Q${i}` })
  const late = month('H1', '2026-03', once, 50).map((one) => voidOf(one, '2027-06-02 10:00:00'))
  const { settlements, features } = foundOf(once, ...late)
  expect(settlements).toBe(50)
  expect(features).toContainEqual({ feature: 'visits_per_head', value: 1, peers: 2, z: -20 })
})
