import { expect, test } from 'vitest'
import { DAY, formatInstant, parseInstant } from '../../schemas/time.ts'
import { admission, discharge, inpatient, reference, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './mgt-05.ts'

const FIRST = parseInstant('2026-03-01 09:00:00')
const day = (n: number) => formatInstant(FIRST + n * DAY)
const diagnosed = (diag_code: string) => ({ diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code }] })
/** A stay of four days for a stroke that begins so many days after 1 March. */
const stay = (n: number, more: object = {}) =>
  inpatient({
    ...{ setl_id: `S${n}`, mdtrt_id: `M${n}`, begntime: day(n), endtime: day(n + 4), setl_time: day(n + 4) },
    ...{ chfpdr_code: 'D1', feedetail: [{ pric: 1000 }], ...diagnosed('I63.900'), ...more },
  })
const found = (...events: object[]) => run(detector, events as never).open
/** Two stays with so many days between them. */
const apart = (gap: number, more: object = {}) => found(stay(0), stay(4 + gap, more))

test('Admitted again within a week for the same illness: the core zone, and the second stay’s fund', () => {
  const open = apart(3)
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: 'M7', severity: 2, result: 'suspicion', vola_amt: 70000 },
      ...{ setl_ids: ['S0', 'S7'], fixmedins_code: 'H99010100001' },
    },
  ])
  expect(open[0]!.evidence).toMatchObject({
    gap_days: 3,
    same: 'category',
    zone: 'core',
    same_doctor: true,
    near_standard: false,
  })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03-05出院后3天（2026-03-08）因I63再入H99010100001，第二次住院基金700.00元。',
  )
})

test('Zero days count, seven are core, eight to fifteen are watched, sixteen are another stay', () => {
  expect([0, 7, 8, 15, 16].map((gap) => apart(gap)[0]?.severity)).toEqual([2, 2, 3, 3, undefined])
})

test('Another illness or another hospital is another stay; the same group of payment is the same illness', () => {
  expect(apart(3, diagnosed('I64.x00'))).toEqual([])
  expect(apart(3, { fixmedins_code: 'H2' })).toEqual([])
  expect(found(stay(0, { drg_code: 'BR23' }), stay(7, { drg_code: 'BB13', ...diagnosed('G40.900') }))).toMatchObject([
    { evidence: { same: 'mdc' } },
  ])
  expect(found(stay(0, { drg_code: 'BR23' }), stay(7, { drg_code: 'ES33', ...diagnosed('J18.900') }))).toEqual([])
  expect(found(stay(0, { diseinfo: [] }), stay(7, { diseinfo: [] }))).toEqual([])
})

test('The stay just before is the one that was split; each further one is an alert of its own', () => {
  expect(found(stay(0), stay(6), stay(12)).map(({ bucket, evidence }) => [bucket, evidence.earlier.mdtrt_id])).toEqual([
    ['M6', 'M0'],
    ['M12', 'M6'],
  ])
})

test('An admission is enough to tell that somebody is back; the settlement knows the diagnosis better', () => {
  const back = admission({ mdtrt_id: 'M7', begntime: day(7), dscg_maindiag_code: 'I63.500' })
  expect(found(stay(0), back)).toMatchObject([{ bucket: 'M7', vola_amt: 0, setl_ids: ['S0'] }])
  expect(found(stay(0), back, stay(7, diagnosed('J18.900')))).toEqual([])
})

test('All events of both stays, in whichever order they come', () => {
  const events = [
    stay(0),
    discharge({ mdtrt_id: 'M0', endtime: day(5) }),
    admission({ mdtrt_id: 'M7', begntime: day(8) }),
    stay(7),
  ]
  for (const order of permutations(events)) expect(found(...order)).toMatchObject([{ evidence: { gap_days: 3 } }])
})

test('Two stays that begin in the same second are not one after the other', () => {
  const short = { endtime: day(0.2), setl_time: day(1) }
  expect(found(stay(0, short), stay(0, { ...short, setl_id: 'T', mdtrt_id: 'T' }))).toEqual([])
})

test('A stay that goes on has not been split', () => {
  expect(found(stay(0, { endtime: '', mid_setl_flag: '1' }), stay(7))).toEqual([])
  expect(found(stay(0), stay(2))).toEqual([])
})

test('Cycles of chemotherapy, radiotherapy and dialysis, emergencies, births and day surgeries are no split', () => {
  for (const code of ['Z51.000', 'Z51.100']) {
    expect(
      apart(3, { diseinfo: [...diagnosed('I63.900').diseinfo, { diag_type: '1', maindiag_flag: '0', diag_code: code }] }),
    ).toEqual([])
  }
  // Sick kidneys alone are no cycle: there must have been dialysis.
  expect(found(stay(0, diagnosed('N18.500')), stay(7, diagnosed('N18.500')))).toHaveLength(1)
  expect(apart(3, { med_type: '24' })).toEqual([])
  expect(found(stay(0, diagnosed('O60.000')), stay(7, { ...diagnosed('O60.000'), med_type: '52' }))).toEqual([])
  expect(found(stay(0, diagnosed('O60.000')), stay(7, diagnosed('O60.000')))).toEqual([])
  expect(found(stay(0, { med_type: '28' }), stay(7, { med_type: '28' }))).toEqual([])
  expect(apart(3, { med_type: '28' })).toHaveLength(1)
  const item = reference('item', 'HD', { tags: ['hemodialysis'] })
  const dialysed = { ...diagnosed('N18.500'), feedetail: [{ med_list_codg: 'HD' }] }
  expect(found(item, stay(0, diagnosed('N18.500')), stay(7, dialysed))).toEqual([])
  const back = admission({ mdtrt_id: 'M7', begntime: day(7), dscg_maindiag_code: 'I63.500', med_type: '24' })
  expect(found(stay(0), back)).toEqual([])
})

test('That a stay is a day surgery or a delivery its admission tells before its bill, which knows better', () => {
  const told = (n: number, med_type: string, code = 'I63.900') => [
    admission({ mdtrt_id: `M${n}`, begntime: day(n), dscg_maindiag_code: code, med_type }),
    discharge({ mdtrt_id: `M${n}`, endtime: day(n + 1) }),
  ]
  expect(found(...told(0, '28'), ...told(7, '28'))).toEqual([])
  expect(found(stay(0, { med_type: '28' }), ...told(7, '28'))).toEqual([])
  expect(found(...told(0, '28'), ...told(7, '21'))).toHaveLength(1)
  expect(found(...told(0, '28'), ...told(7, '28'), stay(7, { med_type: '21' }))).toHaveLength(1)
  const ofProvince = reference('med_type_map', '99:D1', { med_class: 'DAYSURG' })
  const here = { mdtrt_admdvs: '990101' }
  const local = [0, 7].map((n) => ({ ...told(n, 'D1')[0], ...here }))
  expect(found(ofProvince, local[0]!, told(0, '')[1]!, local[1]!)).toEqual([])
  // Where the admission does not tell it the bill does, and corrects.
  const silent = [...told(0, ''), ...told(7, '')]
  expect(found(...silent)).toHaveLength(1)
  expect(found(...silent, stay(0, { med_type: '28' }), stay(7, { med_type: '28' }))).toEqual([])
  expect(found(...told(0, ''), ...told(7, '52'))).toEqual([])
})

test('Stays for a tumour that begin at equal intervals are a cycle, coded as sessions or not', () => {
  const tumour = (n: number) => stay(n, diagnosed('C34.900'))
  expect(found(tumour(0), tumour(14))).toHaveLength(1)
  for (const order of permutations([tumour(0), tumour(14), tumour(30)])) expect(found(...order)).toEqual([])
  expect(found(tumour(0), tumour(7), tumour(21)).map(({ bucket }) => bucket)).toEqual(['M7', 'M21'])
  expect(found(stay(0), stay(14), stay(28)).map(({ bucket }) => bucket)).toEqual(['M14', 'M28'])
})

test('One treatment that was late leaves the cycle one; a stay in between is looked at alone', () => {
  const tumour = (n: number) => stay(n, diagnosed('C34.900'))
  const buckets = (...begins: number[]) => found(...begins.map(tumour)).map(({ bucket }) => bucket)
  expect(buckets(0, 14, 28, 47, 61)).toEqual([])
  expect(buckets(0, 14, 20, 28, 42)).toEqual(['M20'])
})

test('A first stay that cost just what its group is paid is told', () => {
  const drg = (mean_cost: number) => reference('drg', 'BR23', { mean_cost })
  const near = (mean_cost: number) => found(drg(mean_cost), stay(0, { drg_code: 'BR23' }), stay(7))[0]!.evidence.near_standard
  expect([near(1052), near(1054), near(953), near(952)]).toEqual([true, false, true, false])
  const ofArea = reference('drg', 'BR23', { mean_cost: 1000, admdvs: '990100' })
  expect(found(drg(5000), ofArea, stay(0, { drg_code: 'BR23' }), stay(7))[0]!.evidence.near_standard).toBe(true)
})

test('A stay without a beginning cannot be compared', () => {
  expect(run(detector, [stay(0, { begntime: '' })]).skipped).toEqual(['INPUT_MISSING'])
})

test('A void of either stay retracts, also years later', () => {
  for (const [i, at] of [
    [0, 20],
    [1, 800],
  ] as const) {
    const stays = [stay(0), stay(7)]
    const { open, retracted } = run(detector, [...stays, voidOf(stays[i]!, day(at))])
    expect([open.length, retracted.length]).toEqual([0, 1])
  }
})

test('An unknown doctor is nobody, and just a twentieth off the standard is still near it', () => {
  const unknown = found(stay(0, { chfpdr_code: '', feedetail: [{ pric: 1000, bilg_dr_codg: '' }] }), stay(7, { chfpdr_code: '' }))
  expect(unknown).toMatchObject([{ evidence: { same_doctor: false } }])
  expect(found(stay(0), stay(7, { chfpdr_code: 'D2' }))).toMatchObject([{ evidence: { same_doctor: false } }])
  const drg = (mean_cost: number) => reference('drg', 'BR23', { mean_cost })
  const near = (mean_cost: number, pric: number) =>
    found(drg(mean_cost), stay(0, { drg_code: 'BR23', feedetail: [{ pric }] }), stay(7))[0]!.evidence.near_standard
  expect([near(1000, 1050), near(1000, 950), near(1000, 1050.01), near(0, 0)]).toEqual([true, true, false, false])
})

test('Stays for the same tumour elsewhere are no part of a cycle there', () => {
  const tumour = (n: number, more: object = {}) => stay(n, { ...diagnosed('C34.900'), ...more })
  const elsewhere = tumour(-14, { fixmedins_code: 'H2' })
  expect(found(elsewhere, tumour(0), tumour(14)).map(({ bucket }) => bucket)).toEqual(['M14'])
  expect(found(stay(-14), tumour(0), tumour(14)).map(({ bucket }) => bucket)).toEqual(['M14'])
})

test('The last settlement of a stay tells its doctor and standard', () => {
  const part = (setl_id: string, more: object) => stay(0, { setl_id, ...more })
  const known = [reference('drg', 'BR23', { mean_cost: 2000 }), reference('drg', 'BR25', { mean_cost: 9000 })]
  const first = part('S0', { setl_time: day(2), mid_setl_flag: '1', chfpdr_code: 'D9', drg_code: 'BR25' })
  const last = part('S0B', { drg_code: 'BR23' })
  for (const order of permutations([first, last]))
    expect(found(...known, ...order, stay(7))).toMatchObject([
      { evidence: { same_doctor: true, near_standard: true, earlier: { doctor: 'D1', drg_code: 'BR23', medfee: 2000 } } },
    ])
})

test('Who is back on the day of the discharge is not said to be back after so many days', () => {
  const same = { ...detector.example, gap_days: 0 }
  expect(detector.explain(same, 'zh')).toContain('出院当天（')
  expect(detector.explain(same, 'en')).toContain('again on the same day (')
  expect(detector.explain({ ...same, gap_days: 1 }, 'en')).toContain('again 1 day later (')
})
