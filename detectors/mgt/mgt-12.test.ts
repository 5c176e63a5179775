import { expect, test } from 'vitest'
import { inpatient, type LineGiven, reference, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './mgt-12.ts'

const BED = { med_chrgitm_type: '01', med_list_codg: 'BED' }
const line = (med_chrgitm_type: string, pric: number, more: object = {}) => ({
  med_chrgitm_type,
  pric,
  med_list_codg: `X${med_chrgitm_type}`,
  ...more,
})
const drg = reference('drg', 'ES35', { mean_cost: 2000 })
/** Four days for a cold, tests for 610 of 1,000 yuan, nothing else done. */
const stay = (more: object = {}, ...lines: LineGiven[]) =>
  inpatient({
    ...{ setl_id: 'S', mdtrt_id: 'M', drg_code: '', begntime: '2026-03-01 09:00:00', endtime: '2026-03-05 10:00:00' },
    feedetail: lines.length > 0 ? lines : [line('03', 300), line('04', 310), { ...BED, pric: 390 }],
    ...more,
  })
const diagnosed = (diag_code: string) => ({ diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code }] })
const found = (...events: object[]) => run(detector, events as never).open

test('Mostly tests, no treatment and a mild illness make an admission doubtful', () => {
  const open = found(stay())
  expect(open).toMatchObject([
    {
      subject: { type: 'settlement', id: 'S' },
      bucket: '',
      severity: 3,
      result: 'suspicion',
      vola_amt: 70000,
      setl_ids: ['S'],
      lines: [],
    },
  ])
  expect(open[0]!.evidence).toEqual({
    ...{ score: 0.8, parts: { tests: 0.3, untreated: 0.3, mild: 0.2, cheap: 0 }, tests_share: 61, days: 4 },
    ...{ diagnosis: 'J06.900', drg_code: '', mean_cost: null, medfee: 1000, years: 66, vola_amt: 700 },
  })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '诊断J06.900住院4天，检查化验占61%，低标准得分0.8，总费用1,000.00元，基金700.00元。',
  )
})

test('Sixty per cent of tests are not more than sixty', () => {
  expect(found(stay({}, line('03', 600), { ...BED, pric: 400 }))).toEqual([])
  expect(found(stay({}, line('03', 601), { ...BED, pric: 399 }))).toHaveLength(1)
})

test('Whoever was operated, injected or treated was treated', () => {
  const tests = line('03', 900)
  expect(found(stay({}, tests, line('05', 10)))).toEqual([])
  expect(found(stay({}, tests, line('06', 10)))).toEqual([])
  expect(found(stay({ oprninfo: [{ oprn_oprt_code: '47.0900' }] }, tests))).toEqual([])
  expect(found(reference('item', 'X09', { name: '头孢曲松钠注射用' }), stay({}, tests, line('09', 10)))).toEqual([])
  expect(found(reference('item', 'X09', { tags: ['infusion'] }), stay({}, tests, line('09', 10)))).toEqual([])
  expect(found(reference('item', 'X09', { name: '感冒清热颗粒' }), stay({}, tests, line('09', 10)))).toHaveLength(1)
  const drug = (med_list_codg: string) => found(stay({}, tests, line('09', 10, { med_list_codg }))).length
  expect([drug('XJ01DDC140B001010100001'), drug('XJ01CAA040E001010100001')]).toEqual([0, 1])
})

test('A service of no told kind may have been a treatment, and bills that tell no kinds are not judged', () => {
  const tests = line('03', 900)
  expect(found(stay({}, tests, line('', 10, { med_list_codg: '003402000010000', list_type: '201' })))).toEqual([])
  expect(found(stay({}, tests, line('', 10, { med_list_codg: 'XJ01CAA040E001010100001' })))).toHaveLength(1)
  expect(run(detector, [stay({}, line('', 900), line('', 10))]).skipped).toEqual(['INPUT_MISSING'])
})

test('Whoever died or was sent on to another hospital was ill enough', () => {
  for (const dscg_way of ['2', '5']) {
    expect(found(stay({ dscg_way }))).toEqual([])
    const left = { kind: 'discharge', mdtrt_id: 'M', psn_no: stay().psn_no, fixmedins_code: 'H', endtime: '2026-03-05 10:00:00' }
    expect(found(stay(), { ...left, dscg_way })).toEqual([])
  }
  expect(found(stay({ dscg_way: '1' }))).toHaveLength(1)
})

test('A short and cheap stay weighs as much as a mild illness', () => {
  const cheap = (more: object, ...lines: LineGiven[]) =>
    found(drg, stay({ drg_code: 'ES35', ...diagnosed('I63.900'), ...more }, ...lines)).length
  const lines = [line('03', 900), { ...BED, pric: 99 }]
  expect(cheap({}, ...lines)).toBe(1)
  expect(cheap({}, line('03', 900), { ...BED, pric: 100 })).toBe(0)
  expect(cheap({ endtime: '2026-03-06 10:00:00' }, ...lines)).toBe(1)
  expect(cheap({ endtime: '2026-03-07 10:00:00' }, ...lines)).toBe(0)
  expect(cheap({ drg_code: 'UNKNOWN' }, ...lines)).toBe(0)
  expect(cheap({ endtime: '' }, ...lines)).toBe(0)
  const free = reference('drg', 'ES35', { mean_cost: 0 })
  expect(found(free, stay({ drg_code: 'ES35' }))).toMatchObject([{ evidence: { score: 0.8, mean_cost: null } }])
  const ofArea = reference('drg', 'ES35', { mean_cost: 1000, admdvs: '990100' })
  expect(found(drg, ofArea, stay({ drg_code: 'ES35', ...diagnosed('I63.900') }, ...lines))).toEqual([])
})

test('Treated, but tested much, mildly ill and cheap is enough too', () => {
  const lines = [line('03', 300), line('05', 10)]
  expect(found(drg, stay({ drg_code: 'ES35' }, ...lines))).toMatchObject([{ evidence: { score: 0.7 } }])
  expect(found(drg, stay({ drg_code: 'ES35', ...diagnosed('I63.900') }, ...lines))).toEqual([])
})

test('Children, the very old, and those admitted to be watched are not judged', () => {
  const born = (brdy: string) => found(stay({ brdy })).length
  expect([born('2012-03-02'), born('2012-03-01'), born('1946-03-02'), born('1946-03-01')]).toEqual([0, 1, 1, 0])
  const watched = { diseinfo: [...diagnosed('J06.900').diseinfo, { diag_type: '1', maindiag_flag: '0', diag_code: 'Z03.400' }] }
  expect(found(stay(watched))).toEqual([])
})

test('A stay is judged when it is settled to its end, over all of its settlements', () => {
  const mid = stay({ setl_id: 'MID', mid_setl_flag: '1', setl_time: '2026-03-03 10:00:00' }, line('03', 500))
  expect(found(mid)).toEqual([])
  expect(found(mid, stay({}, { ...BED, pric: 100 }))).toMatchObject([{ setl_ids: ['MID', 'S'], evidence: { medfee: 600 } }])
  expect(found(mid, stay({}, line('05', 100)))).toEqual([])
})

test('Stays without a number are stays of their own, and one that costs nothing has no share of tests', () => {
  const bills = [stay({ mdtrt_id: '' }), stay({ setl_id: 'T', mdtrt_id: '' }, line('05', 100))]
  expect(found(...bills)).toMatchObject([{ setl_ids: ['S'] }])
  expect(found(drg, stay({ drg_code: 'ES35' }, line('03', 0)))).toMatchObject([{ evidence: { score: 0.7, tests_share: 0 } }])
})

test('Day surgery and births are short by nature; a bill without dates or lines cannot be judged', () => {
  for (const med_type of ['28', '52', '11']) expect(found(stay({ med_type }))).toEqual([])
  expect(run(detector, [stay({ endtime: '', ...diagnosed('I63.900') })]).skipped).toEqual(['INPUT_MISSING'])
  expect(run(detector, [inpatient({ feedetail: [] })]).skipped).toEqual(['INPUT_MISSING'])
})

test('What is found without the dates of the stay is found', () => {
  expect(found(stay({ endtime: '' }))).toMatchObject([{ evidence: { score: 0.8, days: 0 } }])
  expect(found(drg, stay({ drg_code: 'ES35', endtime: '', ...diagnosed('I63.900') }))).toEqual([])
})

test('The dates may come with admission and discharge alone, and these count before those of the bill', () => {
  const admitted = (begntime: string) => ({
    kind: 'admission',
    mdtrt_id: 'M',
    psn_no: stay().psn_no,
    fixmedins_code: 'H',
    begntime,
  })
  const left = (endtime: string) => ({ kind: 'discharge', mdtrt_id: 'M', psn_no: stay().psn_no, fixmedins_code: 'H', endtime })
  const bill = (more: object) => stay({ drg_code: 'ES35', ...diagnosed('I63.900'), ...more }, line('03', 900))
  const undated = bill({ begntime: '', endtime: '' })
  const [begun, ended] = [admitted('2026-03-01 09:00:00'), left('2026-03-05 10:00:00')]
  expect(found(drg, begun, ended, undated)).toMatchObject([{ setl_ids: ['S'], evidence: { days: 4 } }])
  expect(found(drg, undated, ended, begun)).toMatchObject([{ setl_ids: ['S'], evidence: { days: 4 } }])
  expect(found(drg, begun, left('2026-03-09 10:00:00'), bill({}))).toEqual([])
})

test('High blood pressure that has done harm is no mild illness', () => {
  const beside = (...codes: string[]) =>
    found(stay({ diseinfo: codes.map((diag_code, i) => ({ diag_type: '1', maindiag_flag: i === 0 ? '1' : '0', diag_code })) }))
      .length
  expect([beside('I10.x00'), beside('I10.x00', 'E11.900'), beside('I10.x00', 'I50.900')]).toEqual([1, 1, 0])
  expect(beside('J06.900', 'I50.900')).toBe(1)
})

test('A void retracts', () => {
  const bill = stay()
  const { open, retracted } = run(detector, [bill, voidOf(bill, '2026-03-10 10:00:00')])
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('A treatment that the settlement itself takes back was none', () => {
  const treated = line('05', 100)
  const open = found(stay({}, line('03', 300), line('04', 310), { ...BED, pric: 390 }, treated, { ...treated, cnt: -1 }))
  expect(open).toMatchObject([{ evidence: { parts: { untreated: 0.3 }, medfee: 1000 } }])
})

test('The sentence does not tell days and diagnoses that the bill does not tell', () => {
  const [dated, undated] = [stay(), stay({ begntime: '', endtime: '' })].map((event) => found(event)[0]!.evidence)
  expect(detector.explain(undated!, 'zh')).toBe('诊断J06.900住院，检查化验占61%，低标准得分0.8，总费用1,000.00元，基金700.00元。')
  expect(detector.explain({ ...dated!, diagnosis: '', days: 1 }, 'en')).toMatch(/^A stay of 1 day: 61 % of 1,000.00 yuan/)
  expect(detector.explain({ ...dated!, diagnosis: '', days: 0 }, 'zh')).toMatch(/^住院，检查化验占61%/)
})

test('A hospital of Chinese medicine marks its own main diagnosis too: the illness is the western one', () => {
  const chinese = { diag_type: '2', maindiag_flag: '1', diag_code: 'BNW010' }
  const western = (diag_code: string) => ({ diseinfo: [chinese, { diag_type: '1', maindiag_flag: '1', diag_code }] })
  expect(found(stay(western('J06.900')))).toMatchObject([{ evidence: { score: 0.8, diagnosis: 'J06.900' } }])
  expect(found(stay(western('I21.900')))).toEqual([])
})

test('A stay that is paid by the day, in rehabilitation or for a mental illness, may consist of tests', () => {
  expect(found(stay({ med_type: '2105' }))).toEqual([])
  expect(found(stay({ med_type: '2101' }))).toHaveLength(1)
  const ward = reference('institution', 'H99010100001', { kind: 'hospital', level: '2', specialty: '康复' })
  expect(found(ward, stay())).toEqual([])
})
