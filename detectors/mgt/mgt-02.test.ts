import { expect, test } from 'vitest'
import { HOSPITAL, heartbeat, inpatient, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './mgt-02.ts'

const CODE = '002503020030000'
const line = (more: object = {}) => ({ med_list_codg: CODE, pric: 60, fee_ocur_time: '2026-03-02 09:10:00', ...more })
const charged = (...lines: LineGiven[]) => settlement({ setl_id: 'S', mdtrt_id: 'M', feedetail: lines })

test('The same line under another serial number is a violation by the later line', () => {
  const { open } = run(detector, [HOSPITAL, reference('item', CODE, { name: '糖化血红蛋白测定' }), charged(line(), {}, line())])
  expect(open).toMatchObject([
    { subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 2, result: 'violation', vola_amt: 6000, count: 1 },
  ])
  expect(open[0]!.lines).toEqual([
    { setl_id: 'S', feedetl_sn: '3', vola_item_type: 1, vola_amt: 6000 },
    { setl_id: 'S', feedetl_sn: '1', vola_item_type: 2, vola_amt: 0 },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '糖化血红蛋白测定（数量1）于2026-03-02 09:10:00重复收费，共重复1条，60.00元。',
  )
})

test('A line that differs in code, count, price, second or doctor is another line', () => {
  const others = [
    { med_list_codg: '002503020020000' },
    { cnt: 2 },
    { pric: 60.01 },
    { fee_ocur_time: '2026-03-02 09:10:01' },
    { bilg_dr_codg: 'D990101000002' },
  ]
  for (const other of others) expect(run(detector, [HOSPITAL, charged(line(), line(other))]).open).toEqual([])
})

test('Fractions of a second make no difference; the attending doctor stands in for a missing one', () => {
  const fraction = line({ fee_ocur_time: '2026-03-02T09:10:00.700+08:00' })
  expect(run(detector, [HOSPITAL, charged(line(), fraction)]).open).toHaveLength(1)
  expect(run(detector, [HOSPITAL, charged(line(), line({ bilg_dr_codg: '' }))]).open).toHaveLength(1)
})

test('Every repetition after the first line counts', () => {
  expect(run(detector, [HOSPITAL, charged(line(), line(), line())]).open).toMatchObject([{ vola_amt: 12000, count: 2 }])
})

test('Items that are billed per occurrence may repeat', () => {
  const item = reference('item', CODE, { tags: ['per_occurrence'] })
  expect(run(detector, [HOSPITAL, item, charged(line(), line())]).open).toEqual([])
})

test('A repetition that was taken back is none', () => {
  expect(run(detector, [HOSPITAL, charged(line(), line(), line({ cnt: -1 }))]).open).toEqual([])
})

test('The settlements of one visit are one: the later one repeats, in whichever order they arrive', () => {
  const first = inpatient({ setl_id: 'S1', mdtrt_id: 'M', mid_setl_flag: '1', feedetail: [line({ feedetl_sn: '11' })] })
  const last = inpatient({
    setl_id: 'S2',
    mdtrt_id: 'M',
    setl_time: '2026-05-20 10:00:00',
    feedetail: [line({ feedetl_sn: '27' })],
  })
  for (const order of permutations([first, last])) {
    expect(run(detector, [HOSPITAL, ...order]).open).toMatchObject([
      { subject: { id: 'S2' }, setl_ids: ['S1', 'S2'], vola_amt: 6000, evidence: { repeats: [{ first: { setl_id: 'S1' } }] } },
    ])
  }
})

test('Another visit, or the same serial number told again, is no repetition', () => {
  const again = (mdtrt_id: string, feedetl_sn: string) =>
    settlement({ mdtrt_id, setl_time: '2026-03-02 11:00:00', feedetail: [line({ feedetl_sn })] })
  expect(run(detector, [HOSPITAL, charged(line()), again('N', '2')]).open).toEqual([])
  expect(run(detector, [HOSPITAL, charged(line()), again('M', '1')]).open).toEqual([])
  expect(run(detector, [HOSPITAL, charged(line()), again('M', '2')]).open).toHaveLength(1)
})

test('A line that two bills of a stay name by one serial number is one line: charged twice it repeats once', () => {
  const bill = (setl_id: string, setl_time: string, ...serials: string[]) =>
    inpatient({
      ...{ setl_id, mdtrt_id: 'M', setl_time, mid_setl_flag: setl_id === 'S1' ? '1' : '' },
      feedetail: serials.map((feedetl_sn) => line({ feedetl_sn })),
    })
  const found = (...bills: ReturnType<typeof bill>[]) =>
    permutations(bills).map((order) => run(detector, [HOSPITAL, ...order]).open.map((one) => [one.subject.id, one.count]))
  const last = (...serials: string[]) => bill('S2', '2026-03-06 10:00:00', ...serials)
  const interim = (...serials: string[]) => bill('S1', '2026-03-04 10:00:00', ...serials)
  expect(found(interim('1'), last('1'))).toEqual([[], []])
  expect(found(interim('1', '7'), last('1', '7'))).toEqual([[['S1', 1]], [['S1', 1]]])
  expect(found(interim('1'), last('1', '7'))).toEqual([[['S2', 1]], [['S2', 1]]])
})

test('A void of either settlement retracts', () => {
  const first = charged(line())
  const last = settlement({ mdtrt_id: 'M', setl_time: '2026-03-02 11:00:00', feedetail: [line({ feedetl_sn: '2' })] })
  for (const original of [first, last]) {
    const { open, retracted } = run(detector, [HOSPITAL, first, last, voidOf(original, '2026-03-02 17:00:00')])
    expect(open).toEqual([])
    expect(retracted).toHaveLength(1)
  }
})

test('Of a repeated line only what the fund may pay is at stake, and a settlement in between keeps its lines', () => {
  const partly = (pric: number, inscp_scp_amt: number) => line({ pric, inscp_scp_amt })
  expect(run(detector, [HOSPITAL, charged(partly(60, 60), partly(60, 25))]).open).toMatchObject([{ vola_amt: 2500 }])
  expect(run(detector, [HOSPITAL, charged(partly(60, 25), partly(60, 60))]).open).toMatchObject([{ vola_amt: 6000 }])
  const mid = (setl_id: string, setl_time: string, mid_setl_flag: string) =>
    inpatient({ ...{ setl_id, mdtrt_id: 'M', setl_time, mid_setl_flag }, feedetail: [line({ feedetl_sn: setl_id })] })
  const later = mid('S2', '2026-05-20 10:00:00', '')
  expect(
    run(detector, [HOSPITAL, mid('S1', '2026-03-05 10:00:00', '1'), heartbeat('2026-05-19 00:00:00'), later]).open,
  ).toMatchObject([{ subject: { id: 'S2' }, vola_amt: 6000 }])
  // Also when another one has been voided meanwhile.
  const other = mid('S0', '2026-03-04 10:00:00', '1')
  const voided = [other, mid('S1', '2026-03-05 10:00:00', '1'), voidOf(other, '2026-03-06 10:00:00')]
  expect(run(detector, [HOSPITAL, ...voided, heartbeat('2026-05-19 00:00:00'), later]).open).toMatchObject([
    { subject: { id: 'S2' }, setl_ids: ['S1', 'S2'] },
  ])
})

test('A visit is remembered for thirty days after its last bill, and three more for what comes late', () => {
  const again = (time: string) =>
    settlement({ mdtrt_id: 'M', setl_time: `2026-04-04 ${time}`, feedetail: [line({ feedetl_sn: '2' })] })
  expect(run(detector, [HOSPITAL, charged(line()), again('10:09:59')]).open).toHaveLength(1)
  expect(run(detector, [HOSPITAL, charged(line()), again('10:10:00')]).open).toEqual([])
})

test('What several lines come to is not said of the first alone', () => {
  const sentences = (...lines: LineGiven[]) => {
    const { evidence } = run(detector, [HOSPITAL, charged(...lines)]).open[0]!
    return [detector.explain(evidence, 'zh'), detector.explain(evidence, 'en')]
  }
  const other = line({ med_list_codg: '002503020020000', pric: 20 })
  expect(sentences(line(), other, line(), other)).toEqual([
    `${CODE}（数量1）于2026-03-02 09:10:00重复收费，连同另1项，共重复2条，80.00元。`,
    `${CODE} (1) of 2026-03-02 09:10:00 was charged again under another number: with 1 other item, 2 lines, 80.00 yuan.`,
  ])
  expect(sentences(line(), line(), line())[0]).toBe(`${CODE}（数量1）于2026-03-02 09:10:00重复收费，共重复2条，120.00元。`)
})

test('A later bill of the stay takes back what an earlier one charged twice', () => {
  const bill = (setl_id: string, setl_time: string, ...feedetail: LineGiven[]) =>
    inpatient({ ...{ setl_id, mdtrt_id: 'M', setl_time, mid_setl_flag: setl_id === 'S1' ? '1' : '' }, feedetail })
  const twice = (...more: LineGiven[]) => bill('S1', '2026-03-04 10:00:00', line(), line(), ...more)
  const last = (...lines: LineGiven[]) => bill('S2', '2026-03-06 10:00:00', ...lines)
  const back = (more: object = {}) => line({ cnt: -1, feedetl_sn: '9', ...more })
  const found = (...bills: ReturnType<typeof bill>[]) =>
    permutations(bills).map((order) => run(detector, [HOSPITAL, ...order]).open.map(({ vola_amt }) => vola_amt))
  expect(found(twice(), last(back()))).toEqual([[], []])
  expect(found(twice(line()), last(back()))).toEqual([[6000], [6000]])
  // At the time of the bill, by another doctor: it corrects what was wrong.
  expect(found(twice(), last(back({ fee_ocur_time: '2026-03-06 09:00:00', bilg_dr_codg: '' })))).toEqual([[], []])
  // Another line of the item, and another item, are taken back.
  const other = line({ fee_ocur_time: '2026-03-03 09:10:00' })
  expect(found(twice(other), last(back({ fee_ocur_time: '2026-03-03 09:10:00' })))).toEqual([[6000], [6000]])
  expect(found(twice(), last(back({ med_list_codg: '002503020020000' })))).toEqual([[6000], [6000]])
  // Taken back and charged anew.
  expect(found(bill('S1', '2026-03-04 10:00:00', line()), last(back()), bill('S3', '2026-03-07 10:00:00', line()))[0]).toEqual([])
  expect(run(detector, [HOSPITAL, twice(), last(back()), voidOf(last(back()), '2026-03-07 10:00:00')]).open).toHaveLength(1)
})
