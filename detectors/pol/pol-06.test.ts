import { expect, test } from 'vitest'
import { HOSPITAL, inpatient, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-06.ts'

const bundle = (row: object = {}, validity: Wire = {}) =>
  reference('unbundling', 'b', { code: 'WHOLE', components: ['A', 'B', 'C'], price: 50, type: 'bundle', ...row }, validity)
const kit = reference('unbundling', 'k', { code: 'KIT', components: ['X', 'Y', 'Z'], type: 'kit' })
const KNOWN = [
  HOSPITAL,
  bundle(),
  kit,
  reference('item', 'WHOLE', { name: '肝功能组合' }),
  reference('item', 'KIT', { name: '换药包' }),
]
const line = (med_list_codg: string, pric: number, more: object = {}): LineGiven => {
  return { med_list_codg, list_type: '201', pric, ...more }
}
const given = (...feedetail: LineGiven[]) => settlement({ setl_id: 'S', feedetail })
const openAfter = (...feedetail: LineGiven[]) => run(detector, [...KNOWN, given(...feedetail)]).open

test('All parts of a bundle for more than it costs are a violation by the difference', () => {
  const open = openAfter(line('A', 20), line('B', 20), line('C', 20), {})
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '2026-03-02', severity: 2, result: 'violation', vola_amt: 1000 },
      ...{ setl_ids: ['S'], count: 1, lines: [{ vola_amt: 333 }, { vola_amt: 333 }, { vola_amt: 334 }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02将肝功能组合拆成3项收费60.00元，整项50.00元，多收10.00元。')
})

test('A twentieth more is allowed, and what lacks a part is no bundle', () => {
  expect(openAfter(line('A', 20), line('B', 20), line('C', 12.5))).toEqual([])
  expect(openAfter(line('A', 20), line('B', 20), line('C', 12.51))).toHaveLength(1)
  expect(openAfter(line('A', 40), line('B', 40))).toEqual([])
})

test('Only so much as makes whole bundles is compared', () => {
  expect(openAfter(line('A', 20, { cnt: 3 }), line('B', 15), line('C', 15))).toEqual([])
  expect(openAfter(line('A', 20, { cnt: 2 }), line('B', 20, { cnt: 2 }), line('C', 20, { cnt: 2 }))).toMatchObject([
    { vola_amt: 2000 },
  ])
})

test('The sentence tells what was compared: how many wholes, how much of it lies within the policy, and what else there was', () => {
  const said = (language: 'zh' | 'en', ...lines: LineGiven[]) => detector.explain(openAfter(...lines)[0]!.evidence, language)
  const parts = (pric: number, more: object = {}) => ['A', 'B', 'C'].map((code) => line(code, pric, more))
  const twice = parts(20, { cnt: 2 })
  expect(openAfter(...twice)).toMatchObject([{ evidence: { hits: [{ cnt: 2, charged: 120, price: 50, vola_amt: 20 }] } }])
  expect(said('zh', ...twice)).toBe('2026-03-02将肝功能组合拆成3项收费120.00元，整项50.00元×2，多收20.00元。')
  expect(said('en', ...twice)).toBe(
    'On 2026-03-02 the 3 parts of 肝功能组合 were charged for 120.00 yuan; the whole costs 50.00, 2 of them 100.00: 20.00 yuan too much.',
  )
  const half = parts(20, { inscp_scp_amt: 10 })
  expect(said('zh', ...half)).toBe('2026-03-02将肝功能组合拆成3项收费60.00元，整项50.00元，多收10.00元(政策范围内5.00元)。')
  expect(said('en', ...half)).toContain(': 10.00 yuan too much (5.00 of it within the policy).')
  const both = [...parts(20), line('X', 8), line('Y', 9)]
  expect(said('zh', ...both)).toBe('2026-03-02将肝功能组合拆成3项收费60.00元，整项50.00元，多收10.00元；当日共2处，合计27.00元。')
  expect(said('en', ...both)).toContain('10.00 yuan too much; 2 findings of the day, 27.00 yuan in all.')
})

test('What makes whole bundles is added up before it is rounded', () => {
  // Of three of each part two are compared: two thirds of each line, 0.33 yuan and a third of a fen.
  const lines = (code: string) => Array.from({ length: 3 }, () => line(code, 0.5))
  const parts = [...lines('A'), ...lines('B'), line('C', 50, { cnt: 2 })]
  expect(openAfter(...parts)).toEqual([])
  const dear = [...lines('A'), ...lines('B'), line('C', 55, { cnt: 2 })]
  expect(openAfter(...dear)).toMatchObject([{ evidence: { hits: [{ cnt: 2, charged: 112, price: 50 }] } }])
})

test('The fund is concerned only by what it took in', () => {
  const half = { inscp_scp_amt: 10 }
  expect(openAfter(line('A', 20, half), line('B', 20, half), line('C', 20, half))).toMatchObject([{ vola_amt: 500 }])
})

test('Without a price of its own a bundle costs what its cap says, and without any it is not judged', () => {
  const parts = given(line('A', 20), line('B', 20), line('C', 20))
  expect(run(detector, [HOSPITAL, bundle({ price: null }), parts]).open).toEqual([])
  const cap = reference('price_cap', 'c', { code: 'WHOLE', cap: 40 })
  expect(run(detector, [HOSPITAL, bundle({ price: null }), cap, parts]).open).toMatchObject([{ vola_amt: 2000 }])
})

test('Each day is judged by itself', () => {
  const at = (day: string) => ({ fee_ocur_time: `${day} 09:00:00` })
  const parts = (third: string) =>
    inpatient({
      feedetail: [line('A', 20, at('2026-03-02')), line('B', 20, at('2026-03-02')), line('C', 20, at(third))],
    })
  expect(run(detector, [...KNOWN, parts('2026-03-03')]).open).toEqual([])
  expect(run(detector, [...KNOWN, parts('2026-03-02')]).open).toMatchObject([{ bucket: '2026-03-02' }])
})

test('A row speaks of the days on which it holds, however late the stay is settled', () => {
  const on = (day: string, pric: number) =>
    ['A', 'B', 'C'].map((code) => line(code, pric, { fee_ocur_time: `2026-03-${day} 09:00:00` }))
  const stay = (...feedetail: LineGiven[]) => inpatient({ setl_time: '2026-03-08 10:00:00', feedetail })
  expect(run(detector, [HOSPITAL, bundle({}, { effective_from: '2026-03-04' }), stay(...on('03', 20))]).open).toEqual([])
  const until = bundle({}, { effective_to: '2026-03-03' })
  expect(run(detector, [HOSPITAL, until, stay(...on('03', 20))]).open).toMatchObject([{ vola_amt: 1000 }])
  const dearer = bundle({ price: 60 }, { effective_from: '2026-03-04' })
  expect(run(detector, [HOSPITAL, bundle(), dearer, stay(...on('03', 20), ...on('05', 20))]).open).toMatchObject([
    { bucket: '2026-03-03', vola_amt: 1000 },
  ])
})

test('The settlements of one visit are judged together; the one that completed the bundle is at fault', () => {
  const at = { fee_ocur_time: '2026-03-02 09:00:00' }
  const mid = inpatient({ setl_id: 'S1', mdtrt_id: 'M', setl_time: '2026-03-03 10:00:00', feedetail: [line('A', 30, at)] })
  const last = (mdtrt_id: string) => inpatient({ setl_id: 'S2', mdtrt_id, feedetail: [line('B', 30, at), line('C', 30, at)] })
  for (const order of permutations([mid, last('M')]))
    expect(run(detector, [...KNOWN, ...order]).open).toMatchObject([
      { subject: { id: 'S2' }, setl_ids: ['S1', 'S2'], vola_amt: 4000 },
    ])
  expect(run(detector, [...KNOWN, mid, last('N')]).open).toEqual([])
})

test('Two components of a kit without the kit are suspected, by their lines', () => {
  const open = openAfter(line('X', 8), line('Y', 9))
  expect(open).toMatchObject([{ result: 'suspicion', vola_amt: 1700, lines: [{ vola_amt: 800 }, { vola_amt: 900 }] }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02未收换药包而分别收取其2项组件共17.00元，涉及17.00元。')
  expect(detector.explain(open[0]!.evidence, 'en')).toContain('without the kit')
  expect(openAfter(line('X', 8), line('X', 8))).toEqual([])
  expect(openAfter(line('X', 8), line('Y', 9), line('KIT', 12))).toEqual([])
})

test('A bundle and a kit of one day are one alert, and the bundle makes it a violation', () => {
  const both = [line('A', 20), line('B', 20), line('C', 20), line('X', 8), line('Y', 9)]
  expect(openAfter(...both)).toMatchObject([{ result: 'violation', count: 2, vola_amt: 2700 }])
})

test('A part taken back is not charged', () => {
  expect(openAfter(line('A', 20), line('B', 20), line('C', 20), line('C', 20, { cnt: -1 }))).toEqual([])
})

test('A void retracts', () => {
  const original = given(line('A', 20), line('B', 20), line('C', 20))
  const { open, retracted } = run(detector, [...KNOWN, original, voidOf(original, '2026-03-02 17:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Local codes are the parts, and the whole, that the row names', () => {
  const [one, two, whole] = ['002503010010000', '002503010020000', '002503070000000']
  const rows = [HOSPITAL, bundle({ code: whole, components: [one, two], price: 40 })]
  const parts = (...codes: string[]) => given(...codes.map((code) => line(code, 25)))
  expect(run(detector, [...rows, parts(`${one}a1`, `${two}a1`)]).open).toMatchObject([
    { vola_amt: 1000, evidence: { hits: [{ components: [`${one}a1`, `${two}a1`] }] } },
  ])
  const [gauze, forceps, set] = ['C0101010110200101071', 'C0101010110200101072', 'C0101010110200101073']
  const dressing = [HOSPITAL, reference('unbundling', 'd', { code: set, components: [gauze, forceps], type: 'kit' })]
  const serial = (code: string, number = 1) => `${code}000000${number}`
  expect(run(detector, [...dressing, parts(serial(gauze), serial(forceps))]).open).toHaveLength(1)
  expect(run(detector, [...dressing, parts(serial(gauze), serial(forceps), serial(set))]).open).toEqual([])
  expect(run(detector, [...dressing, parts(serial(gauze), serial(gauze, 2))]).open).toEqual([])
})

test('A part that a later bill of the visit takes back was not charged', () => {
  const bill = (setl_id: string, day: string, ...feedetail: LineGiven[]) =>
    inpatient({ setl_id, mdtrt_id: 'M', setl_time: `2026-03-${day} 10:00:00`, feedetail })
  const on = { fee_ocur_time: '2026-03-02 09:00:00' }
  const first = bill('S1', '05', line('A', 20, on), line('B', 20, on), line('C', 20, { ...on, cnt: 2 }))
  const back = (cnt: number) => bill('S2', '08', line('D', 500), line('C', 20, { cnt, fee_ocur_time: '2026-03-07 09:00:00' }))
  for (const order of permutations([first, back(-2)])) expect(run(detector, [...KNOWN, ...order]).open).toEqual([])
  expect(run(detector, [...KNOWN, first, back(-1)]).open).toMatchObject([
    { vola_amt: 1000, evidence: { hits: [{ charged: 60 }] } },
  ])
})

test('What the person pays alone is taken apart at nobody else’s cost', () => {
  const own = { inscp_scp_amt: 0 }
  expect(openAfter(line('A', 20, own), line('B', 20, own), line('C', 20, own))).toEqual([])
  expect(openAfter(line('X', 20, own), line('Y', 20, own))).toEqual([])
  expect(openAfter(line('X', 20, own), line('Y', 20))).toMatchObject([{ vola_amt: 2000 }])
})
