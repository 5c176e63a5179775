import { expect, test } from 'vitest'
import { HOSPITAL, heartbeat, inpatient, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-14.ts'

const CODE = 'XC08CAA001A001010100001'
const OTHER = 'XC08CAA001A001010100002'
const item = (row: object = {}, code = CODE) =>
  reference('item', code, { list_type: '101', generic: '氨氯地平', pharm_class: 'C08CA', pack_days: 7, ...row })
const KNOWN = [HOSPITAL, item(), item({}, OTHER)]
const drug = (more: object = {}): LineGiven => ({ med_list_codg: CODE, pric: 90, ...more })
const fill = (setl_id: string, day: string, line: LineGiven, more: object = {}) =>
  settlement({ setl_id, setl_time: `${day} 10:00:00`, feedetail: [line], ...more })
const once = (prd_days: number, more: object = {}) => fill('S', '2026-03-02', drug({ prd_days }), more)
const openAfter = (...events: ReturnType<typeof fill>[]) => run(detector, [...KNOWN, ...events]).open

test('More days at once than may be paid are a violation by the share above the limit', () => {
  const open = openAfter(once(60))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: '2026-03|氨氯地平', severity: 2, result: 'violation' },
      ...{ vola_amt: 4500, setl_ids: ['S'], count: 1, lines: [{ feedetl_sn: '1', vola_item_type: 1, vola_amt: 4500 }] },
      evidence: { total_days: 60, limit: 30, fills: [{ supply_days: 60, remaining_days: 0, over: true }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('氨氯地平累计供药60天，限30天，涉及1次配药，超出部分45.00元。')
})

test.each([
  ['13', 3],
  ['11', 30],
  ['51', 30],
  ['41', 30],
  ['14', 84],
])('Under care type %s exactly %i days are paid', (med_type, limit) => {
  expect(openAfter(once(limit, { med_type }))).toEqual([])
  expect(openAfter(once(limit + 0.5, { med_type }))).toMatchObject([{ evidence: { limit } }])
})

test('A pharmacy that dispenses for chronic care may give what chronic care may', () => {
  const mapped = reference('med_type_map', '99:9929', { med_class: 'PHARM_CHRONIC' })
  expect(run(detector, [...KNOWN, mapped, once(84, { med_type: '9929' })]).open).toEqual([])
  expect(run(detector, [...KNOWN, mapped, once(85, { med_type: '9929' })]).open).toHaveLength(1)
})

test('Stays are not judged, nor what is no drug', () => {
  expect(openAfter(inpatient({ feedetail: [drug({ prd_days: 60 })] }))).toEqual([])
  expect(openAfter(once(60, { med_type: '99' }))).toEqual([])
  expect(run(detector, [HOSPITAL, fill('S', '2026-03-02', { list_type: '301', prd_days: 60 })]).open).toEqual([])
})

test('Without a believable prescription the packages count', () => {
  const boxes = (cnt: number, more: object = {}) => openAfter(fill('S', '2026-03-02', drug({ cnt, ...more })))
  expect(boxes(4)).toEqual([])
  expect(boxes(5)).toMatchObject([{ evidence: { total_days: 35 } }])
  expect(boxes(5, { prd_days: 200 })).toHaveLength(1)
  expect(boxes(5, { prd_days: 28 })).toEqual([])
})

test('Packages of one drug are taken one after the other, prescriptions for the same days side by side', () => {
  const two = (more: object) =>
    openAfter(settlement({ feedetail: [drug({ cnt: 3, ...more }), drug({ med_list_codg: OTHER, cnt: 3, ...more })] }))
  expect(two({})).toMatchObject([{ evidence: { total_days: 42 }, lines: [{ vola_item_type: 1 }, { vola_item_type: 1 }] }])
  expect(two({ prd_days: 28 })).toEqual([])
  // Five weeks at once are within the week that may pile up, but not within what may be given at once.
  const five = settlement({ feedetail: [drug({ cnt: 3 }), drug({ med_list_codg: OTHER, cnt: 2 })] })
  expect(openAfter(five)).toMatchObject([{ evidence: { total_days: 35 } }])
})

test('What a fill was is remembered when another drug is given', () => {
  const another = fill('T', '2026-03-03', { med_list_codg: 'XB01', prd_days: 3 })
  const sideBySide = settlement({ feedetail: [drug({ prd_days: 28 }), drug({ med_list_codg: OTHER, prd_days: 28 })] })
  expect(openAfter(sideBySide, another)).toEqual([])
  const box = fill('S', '2026-03-02', drug())
  expect(run(detector, [HOSPITAL, item({ pack_days: 60 }), box, another]).open).toEqual([])
})

test('How long it lasts is not guessed', () => {
  const unknown = reference('item', CODE, { generic: '氨氯地平' })
  expect(run(detector, [HOSPITAL, unknown, fill('S', '2026-03-02', drug({ cnt: 9 }))])).toMatchObject({
    ...{ open: [], skipped: ['INPUT_MISSING'] },
  })
})

test('Fills that pile up beyond the limit and a week are a violation, wherever they were made', () => {
  const first = fill('S1', '2026-03-02', drug({ prd_days: 28 }))
  const again = (day: string) => fill('S2', day, drug({ med_list_codg: OTHER, prd_days: 28 }), { fixmedins_code: 'H99010100002' })
  // On 21 March 9 of 28 days are left: 37, the limit and a week; a day before 38.
  expect(openAfter(first, again('2026-03-21'))).toEqual([])
  for (const order of permutations([first, again('2026-03-20')]))
    expect(run(detector, [...KNOWN, ...order]).open).toMatchObject([
      {
        ...{ bucket: '2026-03|氨氯地平', setl_ids: ['S1', 'S2'], vola_amt: 2571, fixmedins_code: 'H99010100002' },
        lines: [
          { setl_id: 'S1', vola_item_type: 2 },
          { setl_id: 'S2', vola_item_type: 1, vola_amt: 2571 },
        ],
        evidence: { total_days: 38, limit: 30, fills: [{ over: false }, { remaining_days: 10, over: true }] },
      },
    ])
})

test('Parts of days add up exactly: the limit and a week are allowed', () => {
  const fills = (days: number) => [
    fill('A', '2026-03-02', drug({ prd_days: 25.2 })),
    fill('B', '2026-03-17', drug({ prd_days: days })),
  ]
  expect(openAfter(...fills(26.8))).toEqual([])
  expect(openAfter(...fills(26.9))).toMatchObject([
    { evidence: { total_days: 37.1, fills: [{}, { supply_days: 26.9, remaining_days: 10.2 }] } },
  ])
})

test('Receipts that the agency itself reimburses are no fill of the day of their reimbursement', () => {
  expect(openAfter(once(60, { pay_loc: '1' }))).toEqual([])
  const receipt = fill('A', '2026-03-01', drug({ prd_days: 30, fee_ocur_time: '2026-01-20 10:00:00' }), { pay_loc: '1' })
  expect(openAfter(receipt, once(30))).toEqual([])
})

test('What is used up is no stock', () => {
  const days = ['2026-03-01', '2026-03-29', '2026-04-26'].map((day, i) => fill(`S${i}`, day, drug({ prd_days: 28 })))
  expect(openAfter(...days)).toEqual([])
})

test('What was used up on the day of a fill is no part of what piles up after it', () => {
  const used = fill('S0', '2026-03-01', drug({ prd_days: 28 }))
  const full = fill('S1', '2026-03-29', drug({ prd_days: 28 }))
  expect(openAfter(used, full, fill('S2', '2026-03-30', drug({ prd_days: 28 })))).toMatchObject([{ setl_ids: ['S1', 'S2'] }])
  expect(openAfter(used, fill('S1', '2026-03-29', drug({ prd_days: 60 })))).toMatchObject([{ setl_ids: ['S1'] }])
})

test('Another drug is another stock', () => {
  const other = item({ generic: '缬沙坦' }, OTHER)
  const fills = [CODE, OTHER].map((med_list_codg, i) => fill(`S${i}`, '2026-03-02', drug({ med_list_codg, prd_days: 28 })))
  expect(run(detector, [HOSPITAL, item(), other, ...fills]).open).toEqual([])
})

test('Overlapping violations are one alert, in the month of the first fill', () => {
  const fills = ['2026-03-30', '2026-04-02', '2026-04-05'].map((day, i) => fill(`S${i}`, day, drug({ prd_days: 28 })))
  expect(openAfter(...fills)).toMatchObject([
    { bucket: '2026-03|氨氯地平', count: 2, setl_ids: ['S0', 'S1', 'S2'], evidence: { total_days: 78 } },
  ])
  const apart = [once(60), fill('T', '2026-05-20', drug({ prd_days: 60 }))]
  expect(openAfter(...apart)).toMatchObject([{ bucket: '2026-03|氨氯地平' }, { bucket: '2026-05|氨氯地平' }])
  const sameMonth = ['2026-03-01', '2026-03-02'].map((day, i) => fill(`S${i}`, day, drug({ prd_days: 3.5 }), { med_type: '13' }))
  expect(openAfter(...sameMonth)).toMatchObject([{ bucket: '2026-03|氨氯地平', count: 2, evidence: { total_days: 3.5 } }])
})

test('Fills of more than two hundred days ago are not looked for', () => {
  // Each lasts for twelve weeks: the last two until August, the last three until November.
  const fills = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'].map((day, i) =>
    fill(`S${i}`, day, drug({ prd_days: 84 }), { med_type: '14' }),
  )
  const late = (day: string) => fill('T', day, drug({ prd_days: 10 }))
  expect(openAfter(...fills, late('2026-09-17'))[0]!.setl_ids).toContain('T')
  expect(openAfter(...fills, late('2026-09-18'))[0]!.setl_ids).not.toContain('T')
  // The 199th day after a fill is one of them until midnight.
  const large = item({ pack_days: 365 }, OTHER)
  const box = fill('A', '2026-03-01', drug({ med_list_codg: OTHER }))
  const evening = (day: string) => ({ ...late(day), setl_time: `${day} 23:59:59` })
  const judged = (day: string) => run(detector, [HOSPITAL, item(), large, box, evening(day)]).open
  expect(judged('2026-09-16')).toMatchObject([{ setl_ids: ['A', 'T'] }])
  expect(judged('2026-09-17')).toEqual([])
})

test('Antimicrobials and narcotics are not for long, in chronic care either', () => {
  const given = (row: object, prd_days: number) => run(detector, [HOSPITAL, item(row), once(prd_days, { med_type: '14' })]).open
  for (const row of [{ pharm_class: 'J01CA' }, { pharm_class: 'J02AC' }, { tags: ['narcotic'] }]) {
    expect(given(row, 30)).toEqual([])
    expect(given(row, 31)).toMatchObject([{ evidence: { limit: 30 } }])
  }
  expect(given({ pharm_class: 'J04AC' }, 84)).toEqual([])
})

test('Against tuberculosis antimicrobials are for long, as the diagnosis or the registration says', () => {
  const given = (diag_code: string, row: object, ...knowledge: object[]) => {
    const diseinfo = [{ diag_type: '1', diag_srt_no: 1, maindiag_flag: '1', diag_code }]
    const visit = (prd_days: number) => once(prd_days, { med_type: '14', diseinfo })
    const open = (prd_days: number) =>
      run(detector, [HOSPITAL, item(row), ...(knowledge as ReturnType<typeof item>[]), visit(prd_days)]).open.length
    return [open(31), open(84), open(85)]
  }
  const levofloxacin = { pharm_class: 'J01MA' }
  expect(given('A15.000', levofloxacin)).toEqual([0, 0, 1])
  expect(given('J44.900', levofloxacin)).toEqual([1, 1, 1])
  expect(given('A15.000', { tags: ['narcotic'] })).toEqual([1, 1, 1])
  const registered = (to: string) => reference('person', 'P1', { chronic: [{ dise_codg: 'M1', from: '2026-01-01', to }] })
  const list = (code: string) => reference('chronic_list', 'M1', { codes: [CODE, code] })
  const [tuberculosis, other] = [list('XJ04ABL032A001010100001'), list('XJ01CAA001A001010100001')]
  expect(given('Z76.000', levofloxacin, registered('2026-12-31'), tuberculosis)).toEqual([0, 0, 1])
  expect(given('Z76.000', levofloxacin, registered('2026-03-01'), tuberculosis)).toEqual([1, 1, 1])
  expect(given('Z76.000', levofloxacin, registered('2026-12-31'), other)).toEqual([1, 1, 1])
})

test('Two lines of one drug that one settlement prescribes for the same days are one fill of so many', () => {
  const two = (prd_days: number) => openAfter(settlement({ feedetail: [drug({ prd_days }), drug({ prd_days })] }))
  expect(two(16)).toEqual([])
  expect(two(31)).toMatchObject([{ evidence: { total_days: 31 } }])
})

test('A single package cannot be given in part', () => {
  const box = (pack_days: number, cnt: number, med_type = '11') =>
    run(detector, [HOSPITAL, item({ pack_days }), fill('S', '2026-03-02', drug({ cnt }), { med_type })]).open
  expect(box(60, 1)).toEqual([])
  expect(box(60, 2)).toHaveLength(1)
  expect(box(8, 1, '13')).toEqual([])
  expect(box(7, 1, '13')).toEqual([])
  expect(box(7, 2, '13')).toHaveLength(1)
  // What somebody has prescribed for a week was meant for a week.
  expect(openAfter(fill('S', '2026-03-02', drug({ cnt: 1, prd_days: 7 }), { med_type: '13' }))).toHaveLength(1)
  const week = fill('S', '2026-03-02', drug({ cnt: 1, prd_days: 8 }), { med_type: '13' })
  expect(run(detector, [HOSPITAL, item({ pack_days: 8 }), week]).open).toEqual([])
  const prescribed = fill('S', '2026-03-02', drug({ prd_days: 61 }))
  expect(run(detector, [HOSPITAL, item({ pack_days: 60 }), prescribed]).open).toHaveLength(1)
})

test('How long insulin lasts depends on the dose', () => {
  expect(run(detector, [HOSPITAL, item({ pharm_class: 'A10AE' }), fill('S', '2026-03-02', drug({ cnt: 9 }))]).open).toEqual([])
  const unlisted = (med_list_codg: string) =>
    run(detector, [fill('S', '2026-03-02', drug({ med_list_codg, prd_days: 60 }))]).open.length
  expect([unlisted('XA10AEG075B002010100001'), unlisted('XA10BAA001A001010100001'), unlisted('ZA10AAG0751020106754')]).toEqual([
    0, 1, 1,
  ])
})

test('The share above the limit is rounded once for all lines of a fill', () => {
  const lines = Array.from({ length: 5 }, () => drug({ cnt: 2, pric: 0.15, prd_days: 60, inscp_scp_amt: 0.15 }))
  const { vola_amt, lines: refs } = openAfter(settlement({ feedetail: lines }))[0]!
  expect([vola_amt, refs.map((ref) => ref.vola_amt)]).toEqual([38, [8, 7, 8, 7, 8]])
})

test('What the person pays alone is no matter of the fund', () => {
  expect(openAfter(fill('S', '2026-03-02', drug({ prd_days: 60, inscp_scp_amt: 0 })))).toEqual([])
})

test('What is taken back in part lasts in part', () => {
  const back = settlement({ feedetail: [drug({ cnt: 8, prd_days: 56 }), drug({ cnt: -4 })] })
  expect(openAfter(back)).toEqual([])
})

test('What a later bill of the visit takes back was not given: its days are none, of what was too much first', () => {
  const bill = (setl_id: string, day: string, ...feedetail: LineGiven[]) =>
    settlement({
      setl_id,
      mdtrt_id: 'M',
      setl_time: `${day} 10:00:00`,
      feedetail: [...feedetail, { pric: 900, list_type: '201' }],
    })
  const back = (cnt: number, day = '2026-03-09', more: object = {}) =>
    bill('B', day, drug({ cnt, fee_ocur_time: `${day} 10:00:00`, ...more }))
  const first = bill('A', '2026-03-02', drug({ cnt: 8 }))
  expect(openAfter(first)).toMatchObject([{ evidence: { total_days: 56 } }])
  for (const given of [back(-4), back(-8), back(-4, '2026-03-09', { fee_ocur_time: '2026-03-02 10:00:00' })])
    for (const order of permutations([first, given])) expect(openAfter(...order)).toEqual([])
  expect(openAfter(first, back(-3))).toMatchObject([{ setl_ids: ['A'], evidence: { total_days: 35 } }])
  expect(openAfter(first, { ...back(-4), mdtrt_id: 'N' })).toHaveLength(1)
  const prescribed = bill('A', '2026-03-02', drug({ cnt: 8, prd_days: 60 }))
  expect(openAfter(prescribed, back(-4))).toEqual([])
  expect(openAfter(prescribed, back(-2))).toMatchObject([{ evidence: { total_days: 45 } }])
  // What was filled before lasts as much shorter, and one package of two cannot be given in part.
  const [month, next] = [bill('A', '2026-03-02', drug({ cnt: 4 })), fill('N', '2026-03-10', drug({ cnt: 4 }))]
  expect(openAfter(month, next)).toHaveLength(1)
  expect(openAfter(month, next, back(-2))).toEqual([])
  const large = (cnt: number) => [HOSPITAL, item({ pack_days: 60 }), bill('A', '2026-03-02', drug({ cnt })), back(-1)]
  expect(run(detector, large(2)).open).toEqual([])
  expect(run(detector, large(3)).open).toHaveLength(1)
  const whole = back(-4)
  expect(openAfter(first, whole, voidOf(whole, '2026-03-10 10:00:00'))).toMatchObject([{ evidence: { total_days: 56 } }])
  const years = [heartbeat('2028-01-01 00:00:00'), fill('Z', '2028-01-02', drug({ cnt: 1 }))]
  expect(openAfter(first, back(-3), ...years)).toMatchObject([{ setl_ids: ['A'], evidence: { total_days: 35 } }])
})

test('A void takes its days back', () => {
  const first = fill('S1', '2026-03-02', drug({ prd_days: 28 }))
  const second = fill('S2', '2026-03-03', drug({ prd_days: 28 }))
  const { open, retracted } = run(detector, [...KNOWN, first, second, voidOf(first, '2026-03-04 10:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Of a split package single tablets are counted, whether the line says so or the package’s code', () => {
  const byLine = fill('S', '2026-03-02', drug({ cnt: 60, trdn_flag: '1' }))
  const byCode = fill('S', '2026-03-02', drug({ cnt: 60 }), {
    drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg: '81234567890123456789', trdn_flag: '1' }],
  })
  for (const split of [byLine, byCode]) {
    expect(run(detector, [HOSPITAL, item({ pack_units: 28 }), split]).open).toEqual([])
    expect(run(detector, [HOSPITAL, item({ pack_units: 7 }), split]).open).toHaveLength(1)
    expect(run(detector, [HOSPITAL, item(), split]).open).toEqual([])
  }
})
