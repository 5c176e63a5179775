import { expect, test } from 'vitest'
import { heartbeat, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { type Given, run, type Wire } from '../testing/scenario.ts'
import detector from './mgt-24.ts'

const CODES = ['H1', 'H2', 'H3', 'H4']
const hospital = (code: string, more: object = {}) =>
  reference('institution', code, { kind: 'hospital', level: '2', admdvs: '990101', ...more })
const KNOWN = CODES.map((code) => hospital(code))
const line = (med_chrgitm_type: string, pric: number, more: object = {}): LineGiven => ({
  med_chrgitm_type,
  pric,
  med_list_codg: `X${med_chrgitm_type}`,
  ...more,
})
const two = (n: number) => String(n).padStart(2, '0')
/** Fifty settlements of one hospital in March, each of these lines. */
const month = (code: string, lines: readonly LineGiven[], many = 50, of = '2026-03') =>
  Array.from({ length: many }, (_, i) =>
    settlement({
      ...{ setl_id: `${code}-${of}-${two(i)}`, fixmedins_code: code },
      ...{ setl_time: `${of}-${two(1 + (i % 28))} 10:${two(Math.floor(i / 60))}:${two(i % 60)}`, feedetail: lines },
    }),
  )
/** A share of a hundred yuan; the rest are beds. */
const share = (type: string, of: number) => [line(type, of), line('01', 100 - of)]
const OVER = heartbeat('2026-05-10 00:00:00')
const judged = (...events: Given[]) => run(detector, [...KNOWN, ...events, OVER], { history_from: '2026-03-01 00:00:00' })
/** Peers with 30, 32 and 34 yuan of the kind, and one with so much. */
const among = (type: string, of: number) =>
  judged(...['H1', 'H2', 'H3'].flatMap((code, i) => month(code, share(type, 30 + 2 * i))), ...month('H4', share(type, of)))

test('A hospital whose drug share stands out among its peers is told, with the first settlements of the month', () => {
  const { open } = among('09', 60)
  expect(open).toMatchObject([
    {
      subject: { type: 'institution', id: 'H4' },
      bucket: '2026-03',
      severity: 4,
      result: 'indicator',
      vola_amt: 0,
      count: 1,
      psn_no: '',
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(50)
  // 30, 32, 34 and 60: median 33, deviations 3, 1, 1 and 27, their median 2.
  expect(open[0]!.evidence).toEqual({
    ...{ month: '2026-03', settlements: 50, medfee: 5000, peers: 4 },
    ratios: [{ kind: 'drug', ratio: 60, median: 33, mad: 2, limit: 39, floor: 35, trend: [] }],
  })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03药费占比60%，高于4家同类机构上限39%（中位数33%），共1项偏高。')
})

test('Three deviations are not more than three, and below the floor nothing is high', () => {
  // With 39 the median is 33 and the deviations 3, 1, 1 and 6: the limit is 39 itself.
  expect(among('09', 39).open).toEqual([])
  expect(among('09', 39.1).open).toHaveLength(1)
  // 31, 33, 35 and 40: the limit is 40 itself, though 0.34 and three times 0.02 are a little less in binary fractions.
  const exactly = [31, 33, 35, 40].flatMap((of, i) => month(CODES[i]!, share('09', of)))
  expect(judged(...exactly).open).toEqual([])
  expect(among('05', 44).open).toEqual([])
  expect(among('05', 45).open).toEqual([])
  expect(among('05', 45.1).open).toHaveLength(1)
})

test('Every kind has its charge types and its floor', () => {
  const kinds = (type: string, of: number) =>
    among(type, of).open.flatMap(({ evidence }) => evidence.ratios.map(({ kind }: { kind: string }) => kind))
  expect(['09', '10', '11'].map((type) => kinds(type, 60))).toEqual([['drug'], ['drug'], ['drug']])
  expect(['03', '04'].map((type) => kinds(type, 60))).toEqual([['exam'], ['exam']])
  expect([kinds('08', 60), kinds('05', 60), kinds('07', 60)]).toEqual([['consumable'], ['therapy'], []])
})

test('The floor itself is not above it, whatever the peers do', () => {
  // With peers ten, eight and six below it the limit is one below it.
  const kinds = (type: string, floor: number, of: number) =>
    judged(...[floor - 10, floor - 8, floor - 6, of].flatMap((own, i) => month(CODES[i]!, share(type, own), 20))).open.length
  for (const [type, floor] of [
    ['09', 35],
    ['03', 40],
    ['08', 25],
    ['05', 45],
  ] as const)
    expect([kinds(type, floor, floor), kinds(type, floor, floor + 0.1)]).toEqual([0, 1])
})

test('CT and MRI are known by their items', () => {
  const items = [reference('item', 'CT', { tags: ['ct'] }), reference('item', 'MR', { tags: ['mri'] })]
  const scans = (med_list_codg: string, of: number) => {
    const lines = (amount: number) => [line('03', amount, { med_list_codg }), line('01', 100 - amount)]
    const peers = ['H1', 'H2', 'H3'].flatMap((code) => month(code, lines(2)))
    return judged(...items, ...peers, ...month('H4', lines(of))).open.flatMap(({ evidence }) =>
      evidence.ratios.map(({ kind }: { kind: string }) => kind),
    )
  }
  expect([scans('CT', 8), scans('CT', 8.1), scans('MR', 5), scans('MR', 5.1)]).toEqual([[], ['ct'], [], ['mri']])
})

test('A specialised hospital is compared with its like, and with fewer than three of them not at all', () => {
  const oncology = (...codes: string[]) => codes.map((code) => hospital(code, { specialty: '肿瘤' }))
  const months = CODES.flatMap((code, i) => month(code, share('09', i < 2 ? 30 : 60)))
  expect(judged(...oncology('H3', 'H4'), ...months)).toMatchObject({
    open: [],
    skipped: Array.from({ length: 4 }, () => 'SAMPLE_SMALL'),
  })
})

test('An internet hospital, which sells drugs alone, is not compared with hospitals that have beds', () => {
  const months = CODES.flatMap((code, i) => month(code, share('09', i < 3 ? 30 : 90)))
  expect(judged(...months).open).toHaveLength(1)
  expect(judged(hospital('H4', { is_internet: true }), ...months)).toMatchObject({ open: [], skipped: ['SAMPLE_SMALL'] })
})

test('Of a month with few settlements a few dear ones tell nothing', () => {
  const peers = ['H1', 'H2', 'H3'].flatMap((code) => month(code, share('09', 30)))
  const dear = (many: number, of: number) => {
    const [{ feedetail }] = month('H4', [line('09', 3000)], 1) as [Wire]
    const all = month('H4', share('09', 30), of).map((one, i) => (i < many ? { ...one, feedetail } : one))
    return judged(...peers, ...all).open.length
  }
  // Both make more than half of all fees.
  expect([dear(1, 60), dear(4, 99)]).toEqual([0, 1])
  // Beyond the floor by 2.4 standard errors, and by 1.9.
  expect([dear(2, 60), dear(2, 90)]).toEqual([1, 0])
  expect([dear(2, 99), dear(2, 100)]).toEqual([0, 1])
  expect(judged(...peers, ...month('H4', share('09', 60), 20)).open).toHaveLength(1)
})

test('A hospital that charges nothing has no structure, and spoils that of no other', () => {
  const peers = ['H1', 'H2'].flatMap((code) => month(code, share('09', 30)))
  const free = month('H3', [line('09', 0)])
  expect(judged(...peers, ...free, ...month('H4', share('09', 60))).open).toMatchObject([{ evidence: { peers: 3 } }])
})

test('Months with few settlements, pharmacies, and settlements without lines have no structure', () => {
  const peers = ['H1', 'H2', 'H3'].flatMap((code) => month(code, share('09', 30)))
  expect(judged(...peers, ...month('H4', share('09', 60), 19)).open).toEqual([])
  const sales = month('H4', share('09', 60)).map((sale) => ({ ...sale, med_type: '41' }))
  expect(judged(...peers, ...sales).open).toEqual([])
  expect(judged(...peers, ...month('H4', share('09', 60), 19), settlement({ fixmedins_code: 'H4', feedetail: [] })).open).toEqual(
    [],
  )
})

test('The months before are told with it', () => {
  const both = (of: string, last: number) => CODES.flatMap((code, i) => month(code, share('09', i === 3 ? last : 30), 50, of))
  const { open } = judged(...both('2026-03', 50), ...both('2026-04', 70))
  expect(open.map(({ bucket }) => bucket)).toEqual(['2026-03', '2026-04'])
  expect(open[1]!.evidence.ratios[0].trend).toEqual([{ month: '2026-03', ratio: 50 }])
})

test('A month that began before anything is known is not compared', () => {
  const events = [...KNOWN, ...CODES.flatMap((code, i) => month(code, share('09', i === 3 ? 60 : 30))), OVER]
  const { open, skipped } = run(detector, events, { history_from: '2026-03-02 00:00:00' })
  expect([open.length, new Set(skipped)]).toEqual([0, new Set(['HISTORY_SHORT'])])
})

test('A void takes its settlement out, also when the month is over', () => {
  const peers = ['H1', 'H2', 'H3'].flatMap((code) => month(code, share('09', 30)))
  const own = month('H4', share('09', 60), 21)
  for (const day of ['2026-03-30', '2026-05-01']) {
    const { open } = judged(...peers, ...own, voidOf(own[0]!, `${day} 10:00:00`))
    expect(open[0]!.evidence.settlements).toBe(20)
    expect(open[0]!.setl_ids).not.toContain('H4-2026-03-00')
  }
  const two = [voidOf(own[0]!, '2026-05-01 10:00:00'), voidOf(own[1]!, '2026-05-01 10:00:01')]
  const { open, retracted } = judged(...peers, ...own, heartbeat('2026-04-20 00:00:00'), ...two)
  expect([open.length, retracted.length]).toEqual([0, 1])
})
