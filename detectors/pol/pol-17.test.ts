import { expect, test } from 'vitest'
import { HOSPITAL, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-17.ts'

const CODE = '003105170010000'
const cap = (year_cap: number | null, row: object = {}, id = 'c') =>
  reference('benefit_cap', id, { code: CODE, year_cap, ...row })
const line = (pric: number, more: object = {}): LineGiven => ({ med_list_codg: CODE, list_type: '201', pric, ...more })
/** The fund pays 70 % of 1000. */
const paid = (setl_id: string, day: string, more: object = {}) =>
  settlement({ setl_id, setl_time: `${day} 10:00:00`, feedetail: [line(1000)], ...more })
const known = (year_cap: number) => [HOSPITAL, cap(year_cap), reference('item', CODE, { name: '义齿修复' })]

test('What the fund paid beyond the year’s cap is a violation; the lines that went beyond bear it', () => {
  const visits = [paid('S1', '2026-03-02'), paid('S2', '2026-06-02', { fixmedins_code: 'H2' }), paid('S3', '2026-11-30')]
  for (const order of permutations(visits)) {
    const { open } = run(detector, [...known(1000), ...order])
    expect(open).toMatchObject([
      {
        ...{ subject: { type: 'person', id: 'P1' }, bucket: `2026|${CODE}`, severity: 3, result: 'violation', vola_amt: 110000 },
        ...{ setl_ids: ['S1', 'S2', 'S3'], count: 2 },
        lines: [
          { setl_id: 'S1', vola_item_type: 2, vola_amt: 0 },
          { setl_id: 'S2', vola_item_type: 1, vola_amt: 40000 },
          { setl_id: 'S3', vola_item_type: 1, vola_amt: 70000 },
        ],
      },
    ])
    expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
      '2026年义齿修复基金已支付2,100.00元，年度限额1,000.00元，超出1,100.00元。',
    )
  }
})

test('The cap itself may be reached', () => {
  const twice = [paid('S1', '2026-03-02'), paid('S2', '2026-06-02')]
  expect(run(detector, [...known(1400), ...twice]).open).toEqual([])
  expect(run(detector, [...known(1399.99), ...twice]).open).toMatchObject([{ vola_amt: 1, count: 1 }])
})

test('Each year, each person and each item has a cap of its own', () => {
  const years = [paid('S1', '2025-12-31'), paid('S2', '2026-01-01')]
  expect(run(detector, [...known(1000), ...years]).open).toEqual([])
  const persons = [paid('S1', '2026-03-02'), paid('S2', '2026-03-02', { psn_no: 'P2' })]
  expect(run(detector, [...known(1000), ...persons]).open).toEqual([])
  const other = settlement({ feedetail: [line(1000), line(1000, { med_list_codg: 'OTHER' })] })
  expect(run(detector, [...known(1000), cap(1000, { code: 'OTHER' }, 'other'), other]).open).toEqual([])
})

test('Only what the fund paid counts', () => {
  const own = settlement({ feedetail: [line(1000), line(1000, { inscp_scp_amt: 0 })] })
  expect(run(detector, [...known(700), own]).open).toEqual([])
  const nothing = paid('S1', '2026-03-02', { fund_pay_sumamt: 0 })
  expect(run(detector, [...known(699), nothing])).toMatchObject({ open: [], skipped: [] })
})

test('Where places set different caps, the larger binds; a row without one sets none', () => {
  const local = cap(2000, { admdvs: '990102' }, 'local')
  const twice = [paid('S1', '2026-03-02'), paid('S2', '2026-06-02', { mdtrt_admdvs: '990102' })]
  expect(run(detector, [...known(1000), local, ...twice]).open).toEqual([])
  expect(run(detector, [HOSPITAL, cap(null), ...twice]).open).toEqual([])
})

test('What a settlement takes back does not count', () => {
  const netted = settlement({
    feedetail: [line(1000), line(1000, { fee_ocur_time: '2026-03-02 09:00:00' }), line(1000, { cnt: -1 })],
  })
  expect(run(detector, [...known(1000), netted]).open).toEqual([])
})

test('A void retracts what only its settlement made too much', () => {
  const first = paid('S1', '2026-03-02')
  const events = [first, paid('S2', '2026-06-02'), voidOf(first, '2026-06-03 10:00:00')]
  const { open, retracted } = run(detector, [...known(1000), ...events])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Many small lines are added up before they are rounded: neither more nor less than the fund paid', () => {
  const small = (pric: number, fund_pay_sumamt: number) =>
    settlement({ fund_pay_sumamt, feedetail: Array.from({ length: 50 }, () => line(pric)) })
  // Seventy per cent of 0.24 are 0.168.
  expect(run(detector, [...known(8.4), small(0.24, 8.4)]).open).toEqual([])
  expect(run(detector, [...known(8.39), small(0.24, 8.4)]).open).toMatchObject([{ vola_amt: 1, evidence: { total: 8.4 } }])
  // And of 0.22 they are 0.154.
  const { open } = run(detector, [...known(7.6), small(0.22, 7.7)])
  expect(open).toMatchObject([{ vola_amt: 10, evidence: { total: 7.7 } }])
  expect(open[0]!.lines.reduce((sum, { vola_amt }) => sum + vola_amt, 0)).toBe(10)
  expect(detector.explain(open[0]!.evidence, 'en')).toBe(
    'In 2026 the fund paid 7.70 yuan for 义齿修复, 0.10 yuan above the yearly limit of 7.60 yuan.',
  )
})

test('Lines that come to more than the whole bill never count for more than the fund paid', () => {
  const over = settlement({ fund_pay_sumamt: 700, inscp_scp_amt: 1000, feedetail: [line(1000), line(1000)] })
  expect(run(detector, [...known(700), over]).open).toEqual([])
})

test('What a later bill takes back the fund has not paid', () => {
  const back = (setl_id: string, cnt: number) => paid(setl_id, '2026-06-10', { feedetail: [{ pric: 5000 }, line(1000, { cnt })] })
  const two = [paid('S1', '2026-03-02'), paid('S2', '2026-06-02')]
  for (const order of permutations([...two, back('S3', -1)])) expect(run(detector, [...known(1000), ...order]).open).toEqual([])
  expect(run(detector, [...known(1000), ...two, back('S3', -0.5)]).open).toMatchObject([
    { vola_amt: 5000, evidence: { total: 1050 }, lines: [{ vola_amt: 0 }, { vola_amt: 0 }, { setl_id: 'S2', vola_amt: 5000 }] },
  ])
})

test('What the agency reimburses counts in the year in which it was done, as far back as the year before', () => {
  const receipt = (setl_id: string, done: string, settled: string, more: object = {}) =>
    paid(setl_id, settled, { pay_loc: '1', feedetail: [line(1000, { fee_ocur_time: `${done} 09:00:00` })], ...more })
  const inYear = paid('S1', '2026-02-10')
  expect(run(detector, [...known(1000), receipt('R', '2025-12-20', '2026-01-15'), inYear]).open).toEqual([])
  const [before, late] = [paid('S1', '2025-02-10'), receipt('R', '2025-12-20', '2026-12-30')]
  for (const order of permutations([before, late]))
    expect(run(detector, [...known(1000), ...order]).open).toMatchObject([
      { bucket: `2025|${CODE}`, vola_amt: 40_000, setl_ids: ['S1', 'R'], evidence: { year: '2025', total: 1400 } },
    ])
  // A stay counts in the year in which it ended.
  const stay = receipt('R', '2025-12-30', '2026-02-15', { med_type: '21', endtime: '2026-01-03 09:00:00' })
  expect(run(detector, [...known(1000), stay, inYear]).open).toMatchObject([{ bucket: `2026|${CODE}` }])
  expect(run(detector, [...known(100), receipt('R', '2024-12-20', '2026-01-15')])).toMatchObject({
    ...{ open: [], skipped: ['STAY_TOO_LONG'] },
  })
})

test('A national code and its local ones share one cap, unless a row names the local one', () => {
  const two = [CODE, `${CODE}a1`].map((med_list_codg, i) =>
    paid(`S${i}`, `2026-03-0${i + 2}`, { feedetail: [line(1000, { med_list_codg })] }),
  )
  expect(run(detector, [...known(1000), ...two]).open).toMatchObject([
    { bucket: `2026|${CODE}`, vola_amt: 40000, evidence: { med_list_codg: CODE } },
  ])
  expect(run(detector, [...known(1000), cap(1000, { code: `${CODE}a1` }, 'local'), ...two]).open).toEqual([])
})
