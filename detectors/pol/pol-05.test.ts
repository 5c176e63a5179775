import { expect, test } from 'vitest'
import { HOSPITAL, inpatient, type LineGiven, reference, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-05.ts'

const [GALL, APPENDIX, HERNIA] = ['003310080010000', '003310030010000', '003310050010000']
const group = (row: object = {}) => reference('discount', 'abdomen', { codes: [GALL, APPENDIX, HERNIA], ratio: 0.5, ...row })
const standard = (code: string, cap: number) => reference('price_cap', code, { code, cap })
const PRICES = [standard(GALL, 1860), standard(APPENDIX, 900), standard(HERNIA, 800)]
const KNOWN = [HOSPITAL, group(), ...PRICES, reference('item', APPENDIX, { name: '阑尾切除术' })]
const operation = (med_list_codg: string, pric: number, more: object = {}): LineGiven => {
  return { med_list_codg, list_type: '201', pric, fee_ocur_time: '2026-03-02 09:00:00', bilg_dr_codg: 'D1', ...more }
}
const stay = (feedetail: LineGiven[], more: object = {}) => inpatient({ setl_id: 'S', mdtrt_id: 'M', feedetail, ...more })
const openAfter = (...feedetail: LineGiven[]) => run(detector, [...KNOWN, stay(feedetail)]).open

test('A further operation in full is a violation by what is above its discounted price', () => {
  const open = openAfter(operation(APPENDIX, 900), operation(GALL, 1860))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '2026-03-02|abdomen', severity: 2, result: 'violation' },
      ...{ vola_amt: 45000, setl_ids: ['S'], count: 1 },
      lines: [
        { feedetl_sn: '2', vola_item_type: 2 },
        { feedetl_sn: '1', vola_item_type: 1, vola_amt: 45000 },
      ],
      evidence: {
        ratio: 0.5,
        items: [
          { charged: 1860, expected: 1860 },
          { charged: 900, expected: 450 },
        ],
      },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03-02同组手术2项，第二项起应按50%计收，阑尾切除术未折价，多收450.00元。',
  )
})

test('Half of the count or half of the price is the discount', () => {
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 900, { cnt: 0.5 }))).toEqual([])
  // A price above its cap is another matter (POL-01).
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 990, { cnt: 0.5 }))).toEqual([])
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 450))).toEqual([])
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 450.45))).toEqual([])
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 450.5))).toMatchObject([{ vola_amt: 50 }])
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 900, { cnt: 0.6 }))).toMatchObject([{ vola_amt: 9000 }])
})

test('Every operation from the second on is discounted', () => {
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 900), operation(HERNIA, 800))).toMatchObject([
    { vola_amt: 85000, count: 2 },
  ])
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 900, { cnt: 0.5 }), operation(HERNIA, 800))).toMatchObject([
    { vola_amt: 40000, count: 1 },
  ])
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 900, { cnt: 2 }))).toMatchObject([{ vola_amt: 90000 }])
})

test('One operation, or the same one twice, is charged in full', () => {
  expect(openAfter(operation(GALL, 1860))).toEqual([])
  expect(openAfter(operation(GALL, 1860), operation(GALL, 1860, { fee_ocur_time: '2026-03-02 09:30:00' }))).toEqual([])
})

test('One of two may be charged in full, whichever it is', () => {
  expect(openAfter(operation(GALL, 1860, { cnt: 0.5 }), operation(APPENDIX, 900))).toEqual([])
})

test('Another day or another surgeon is another operation', () => {
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 900, { fee_ocur_time: '2026-03-03 09:00:00' }))).toEqual([])
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 900, { bilg_dr_codg: 'D2' }))).toEqual([])
})

test('Operations at different times are suspected only', () => {
  const at = (oprn_begntime: string) => ({ oprn_oprt_code: '51.2', oprn_begntime: `2026-03-02 ${oprn_begntime}` })
  const begun = (...oprninfo: object[]) =>
    run(detector, [...KNOWN, stay([operation(GALL, 1860), operation(APPENDIX, 900)], { oprninfo })]).open
  expect(begun(at('09:00:00'), at('14:00:00'))).toMatchObject([{ result: 'suspicion' }])
  expect(begun(at('09:00:00'), at('09:00:00'))).toMatchObject([{ result: 'violation' }])
  expect(begun(at('09:00:00'), { oprn_begntime: '2026-03-03 09:00:00' })).toMatchObject([{ result: 'violation' }])
  const posted = (time: string) =>
    openAfter(operation(GALL, 1860), operation(APPENDIX, 900, { fee_ocur_time: `2026-03-02 ${time}` }))
  expect(posted('09:59:59')).toMatchObject([{ result: 'violation' }])
  expect(posted('10:00:00')).toMatchObject([{ result: 'suspicion' }])
})

test('Without a standard price nobody can tell whether the price is discounted already', () => {
  const lines = [operation(GALL, 1860), operation(APPENDIX, 450)]
  expect(run(detector, [HOSPITAL, group(), stay(lines)]).open).toMatchObject([
    { result: 'suspicion', vola_amt: 22500, evidence: { items: [{ standard_price: null }, { standard_price: null }] } },
  ])
})

test('The ratio of the group binds, else the default', () => {
  const lines = stay([operation(GALL, 1860), operation(APPENDIX, 900, { cnt: 0.7 })])
  expect(run(detector, [HOSPITAL, group({ ratio: 0.7 }), ...PRICES, lines]).open).toEqual([])
  expect(run(detector, [HOSPITAL, group({ ratio: null }), ...PRICES, lines]).open).toMatchObject([{ evidence: { ratio: 0.5 } }])
})

test('Items of different groups do not meet', () => {
  const other = [reference('discount', 'abdomen', { codes: [GALL] }), reference('discount', 'groin', { codes: [HERNIA] })]
  expect(run(detector, [HOSPITAL, ...other, ...PRICES, stay([operation(GALL, 1860), operation(HERNIA, 800)])]).open).toEqual([])
})

test('The settlements of one visit are judged together', () => {
  const mid = stay([operation(GALL, 1860)], { setl_id: 'S1', setl_time: '2026-03-03 10:00:00' })
  const last = stay([operation(APPENDIX, 900)], { setl_id: 'S2' })
  for (const order of permutations([mid, last]))
    expect(run(detector, [...KNOWN, ...order]).open).toMatchObject([{ subject: { id: 'S2' }, setl_ids: ['S1', 'S2'] }])
})

test('An operation taken back was not charged, and a void retracts', () => {
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 900), operation(APPENDIX, 900, { cnt: -1 }))).toEqual([])
  const original = stay([operation(GALL, 1860), operation(APPENDIX, 900)])
  const { open, retracted } = run(detector, [...KNOWN, original, voidOf(original, '2026-03-06 17:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Of two that cost the same the first code is paid in full, in whichever order they are charged', () => {
  const [first, second] = [APPENDIX, HERNIA].sort()
  const same = (...codes: string[]) => openAfter(...codes.map((code) => operation(code, 850)))
  for (const order of permutations([first!, second!]))
    expect(same(...order)[0]!.evidence.items.filter(({ expected, charged }: any) => expected < charged)).toMatchObject([
      { med_list_codg: second },
    ])
})

test('The dearest line of an item ranks it, and one line in full puts it among those in full', () => {
  const half = operation(GALL, 1860, { cnt: 0.5 })
  const twice = [operation(APPENDIX, 400), operation(APPENDIX, 900), operation(HERNIA, 800)]
  expect(openAfter(half, ...twice)).toMatchObject([{ vola_amt: 40000, lines: [{}, {}, {}, { feedetl_sn: '4' }] }])
})

test('What the standard is told as is shown; one certain overcharge makes the day a violation', () => {
  const open = openAfter(operation(GALL, 1860), operation(APPENDIX, 900))
  expect(open[0]!.evidence.items.map(({ standard_price }: any) => standard_price)).toEqual([1860, 900])
  const others = { bilg_dr_codg: 'D2' }
  const late = { fee_ocur_time: '2026-03-02 15:00:00', ...others }
  const both = [operation(GALL, 1860), operation(APPENDIX, 900), operation(GALL, 1860, others), operation(APPENDIX, 900, late)]
  expect(openAfter(...both)).toMatchObject([{ result: 'violation', count: 2 }])
  const partly = [operation(GALL, 1860), operation(APPENDIX, 900), operation(HERNIA, 800)]
  const known = [HOSPITAL, group(), PRICES[0]!, PRICES[1]!]
  expect(run(detector, [...known, stay(partly)]).open).toMatchObject([{ result: 'violation', count: 2 }])
})

test('Of settlements of one second the greater number is the later', () => {
  const two = [stay([operation(GALL, 1860)], { setl_id: 'S2' }), stay([operation(APPENDIX, 900)], { setl_id: 'S1' })]
  for (const order of permutations(two))
    expect(run(detector, [...KNOWN, ...order]).open).toMatchObject([{ subject: { id: 'S2' } }])
})

test('All that were not discounted are counted, and operations by what they are', () => {
  const said = (...feedetail: LineGiven[]) => detector.explain(openAfter(...feedetail)[0]!.evidence, 'zh')
  expect(said(operation(GALL, 1860), operation(APPENDIX, 900), operation(HERNIA, 800))).toBe(
    '2026-03-02同组手术3项，第二项起应按50%计收，阑尾切除术等2项未折价，多收850.00元。',
  )
  expect(said(operation(GALL, 1860), operation(APPENDIX, 900), operation(APPENDIX, 900))).toBe(
    '2026-03-02同组手术2项，第二项起应按50%计收，阑尾切除术未折价，多收900.00元。',
  )
})

test('Local codes are the operation that the group names, and several of one operation are not several operations', () => {
  const local = { med_list_codg: `${APPENDIX}-1` }
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 900, local))).toMatchObject([
    { vola_amt: 45000, evidence: { items: [{}, { med_list_codg: `${APPENDIX}-1`, standard_price: 900 }] } },
  ])
  expect(openAfter(operation(GALL, 1860), operation(GALL, 1860, { med_list_codg: `${GALL}-2` }))).toEqual([])
})

test('What a later bill of the visit takes back is discounted by it', () => {
  const first = stay([operation(GALL, 1860), operation(APPENDIX, 900)])
  const back = (cnt: number) =>
    stay([{ pric: 500 }, operation(APPENDIX, 900, { cnt, fee_ocur_time: '2026-03-07 09:00:00' })], {
      setl_id: 'T',
      setl_time: '2026-03-08 10:00:00',
    })
  for (const cnt of [-0.5, -1])
    for (const order of permutations([first, back(cnt)])) expect(run(detector, [...KNOWN, ...order]).open).toEqual([])
})

test('A further operation that the person pays alone costs the fund nothing too much', () => {
  const own = { inscp_scp_amt: 0 }
  expect(openAfter(operation(GALL, 1860), operation(APPENDIX, 900, own))).toEqual([])
  expect(openAfter(operation(GALL, 1860, own), operation(APPENDIX, 900))).toMatchObject([{ vola_amt: 45_000 }])
})
