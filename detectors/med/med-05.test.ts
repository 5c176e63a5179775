import { expect, test } from 'vitest'
import { heartbeat, inpatient, reference, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './med-05.ts'

const KNOWN = [
  reference('item', 'CSTENT', { name: '冠脉支架', list_type: '301' }),
  reference('pair_required', 'stent', { code: 'CSTENT', any_of: ['36.06', 'FITTING'] }),
]
const most = (max_cnt: number, per: string) => reference('quantity_limit', 'q', { code: 'CSCREW', max_cnt, per })
const line = (med_list_codg: string, more: Wire = {}) => ({
  ...{ med_list_codg, feedetl_sn: med_list_codg, list_type: med_list_codg.startsWith('C') ? '301' : '201', pric: 700 },
  ...more,
})
const operation = (oprn_oprt_code: string, oprn_oprt_date = '2026-03-02') => ({ oprn_oprt_code, oprn_oprt_date })
const stay = (feedetail: Wire[], more: Wire = {}) => inpatient({ setl_id: 'S', mdtrt_id: 'M', feedetail, ...more })
const judge = (...events: Wire[]) => run(detector, [...KNOWN, ...events])

test('An implant without its operation is a suspicion', () => {
  const { open } = judge(stay([line('CSTENT', { cnt: 2 })], { oprninfo: [operation('51.2300')] }))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 2, result: 'suspicion', vola_amt: 140_000 },
      evidence: { faults: [{ kind: 'no_operation', name: '冠脉支架', cnt: 2, expected_any_of: ['36.06', 'FITTING'] }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('冠脉支架收费2，无对应手术')
})

test('From five thousand yuan a unit it is red', () => {
  expect(judge(stay([line('CSTENT', { pric: 4999.99 })])).open).toMatchObject([{ severity: 2 }])
  expect(judge(stay([line('CSTENT', { pric: 5000 })])).open).toMatchObject([{ severity: 1 }])
})

test('The operation, or the service, of the visit suffices, on whatever day and in whichever settlement', () => {
  expect(judge(stay([line('CSTENT')], { oprninfo: [operation('36.0600', '2026-03-05')] })).open).toEqual([])
  expect(judge(stay([line('CSTENT'), line('FITTING')])).open).toEqual([])
  const other = stay([line('BED')], { setl_id: 'T', oprninfo: [operation('36.0700')] })
  for (const order of permutations([stay([line('CSTENT')]), other])) expect(judge(...order).open).toHaveLength(1)
  const right = stay([line('BED')], { setl_id: 'T', oprninfo: [operation('36.0601')] })
  for (const order of permutations([stay([line('CSTENT')]), right])) expect(judge(...order).open).toEqual([])
  // A stay may go on for months.
  const bill = (setl_id: string, day: string, feedetail: Wire[], more: Wire = {}) =>
    stay(feedetail, { setl_id, mid_setl_flag: '1', setl_time: `${day} 10:00:00`, ...more })
  const operated = bill('A', '2026-03-06', [line('BED')], { oprninfo: [operation('36.0600')] })
  const used = [bill('B', '2026-06-01', [line('CSTENT')]), bill('C', '2026-06-02', [line('FITTING')])]
  const months = [heartbeat('2026-05-01 10:00:00'), ...used, voidOf(used[1]!, '2026-06-03 10:00:00')]
  expect(judge(operated, ...months).open).toEqual([])
})

test('A row may bind the operation to days near by', () => {
  const near = reference('pair_required', 'stent', { code: 'CSTENT', any_of: ['36.06'], within_days: 1 })
  const used = line('CSTENT', { fee_ocur_time: '2026-03-04 09:00:00' })
  expect(judge(near, stay([used], { oprninfo: [operation('36.0600', '2026-03-03')] })).open).toEqual([])
  expect(judge(near, stay([used], { oprninfo: [operation('36.0600', '2026-03-02')] })).open).toHaveLength(1)
})

test('More than the greatest quantity of a visit is too much, by the share beyond it', () => {
  const used = (cnt: number) => stay([line('CSCREW', { cnt, pric: 100 })])
  expect(judge(most(4, 'VISIT'), used(4)).open).toEqual([])
  expect(judge(most(4, 'VISIT'), used(5)).open).toMatchObject([
    { vola_amt: 10_000, evidence: { faults: [{ kind: 'quantity', cnt: 5, max_cnt: 4 }] } },
  ])
})

test('A quantity by the operation grows with them: of both knees two are named, but the next settlement of the visit tells no other', () => {
  const used = (...oprninfo: Wire[]) => stay([line('CSCREW', { cnt: 8 })], { oprninfo })
  expect(judge(most(4, 'OPERATION'), used()).open).toHaveLength(1)
  expect(judge(most(4, 'OPERATION'), used(operation('79.35'))).open).toHaveLength(1)
  expect(judge(most(4, 'OPERATION'), used(operation('79.35'), operation('79.36'))).open).toEqual([])
  expect(judge(most(4, 'OPERATION'), used(operation('79.35'), operation('79.35'))).open).toEqual([])
  const next = stay([line('BED')], { setl_id: 'T', oprninfo: [operation('79.35')] })
  expect(judge(most(4, 'OPERATION'), used(operation('79.35')), next).open).toMatchObject([
    { evidence: { faults: [{ operations: 1, max_cnt: 4, per: 'OPERATION' }] } },
  ])
})

test('Operations that are charged as services are operations too', () => {
  const needed = reference('pair_required', 's', { code: 'CSCREW', any_of: ['FIXING'] })
  const used = (...lines: Wire[]) => stay([line('CSCREW', { cnt: 8 }), ...lines])
  const fixing = (more: Wire = {}) => line('FIXING', { feedetl_sn: JSON.stringify(more), ...more })
  expect(judge(needed, most(4, 'OPERATION'), used(fixing({ cnt: 2 }))).open).toEqual([])
  const later = { fee_ocur_time: '2026-03-04 09:00:00' }
  expect(judge(needed, most(4, 'OPERATION'), used(fixing(), fixing(later))).open).toEqual([])
  expect(judge(needed, most(4, 'OPERATION'), used(fixing())).open).toMatchObject([{ evidence: { faults: [{ operations: 1 }] } }])
  // Where no row says which, by what is charged as an operation: twice the same are two, and what comes with one is part of it.
  const surgery = (code: string, more: Wire = {}) => line(code, { med_chrgitm_type: '06', ...more })
  expect(judge(most(4, 'OPERATION'), used(surgery('CUT', { cnt: 2 }))).open).toEqual([])
  expect(judge(most(4, 'OPERATION'), used(surgery('CUT'), surgery('SEW'))).open).toHaveLength(1)
  const asleep = reference('item', 'SLEEP', { tags: ['anaesthesia'] })
  expect(judge(asleep, most(4, 'OPERATION'), used(surgery('SLEEP', { cnt: 2 }))).open).toHaveLength(1)
  const hourly = reference('item', 'HELP', { unit: '小时' })
  expect(judge(hourly, most(4, 'OPERATION'), used(surgery('HELP', { cnt: 2 }))).open).toHaveLength(1)
  const halves = [used(surgery('CUT')), stay([line('CSCREW', { feedetl_sn: 't' }), surgery('CUT')], { setl_id: 'T' })]
  expect(judge(most(4.5, 'OPERATION'), ...halves).open).toEqual([])
})

test('The sentence says of what the limit is', () => {
  const said = (per: string, ...oprninfo: Wire[]) => {
    const { evidence } = judge(most(4, per), stay([line('CSCREW', { cnt: 5 })], { oprninfo })).open[0]!
    return [detector.explain(evidence, 'zh'), detector.explain(evidence, 'en')]
  }
  expect(said('VISIT', operation('79.35'))).toEqual([
    'CSCREW收费5，超过上限4(一次就诊)，1种耗材共700.00元。',
    '5 of CSCREW were charged above the limit of 4 for a visit: 1 consumable, 700.00 yuan.',
  ])
  expect(said('OPERATION', operation('79.35'))[0]).toContain('超过上限4(手术1台)')
  expect(said('OPERATION')[0]).toContain('超过上限4(一台手术)')
  expect(said('OPERATION')[1]).toContain('for 1 operation:')
})

test('Settlements of one visit are counted together, and taken back ones not at all', () => {
  const part = (setl_id: string, cnt: number) => stay([line('CSCREW', { cnt, feedetl_sn: setl_id })], { setl_id })
  const { open } = judge(most(4, 'VISIT'), part('A', 3), part('B', 2))
  expect(open).toMatchObject([{ subject: { id: 'B' }, setl_ids: ['A', 'B'], vola_amt: 70_000 }])
  expect(
    judge(most(4, 'VISIT'), part('A', 3), stay([...[1, -1].map((cnt) => line('CSCREW', { cnt, feedetl_sn: `b${cnt}` }))])).open,
  ).toEqual([])
})

test('The bills of an outpatient visit come within three days, and those three days late', () => {
  const part = (setl_id: string, setl_time: string) =>
    stay([line('CSCREW', { cnt: 3, feedetl_sn: setl_id })], { setl_id, setl_time, med_type: '11' })
  const second = (setl_time: string) => judge(most(4, 'VISIT'), part('A', '2026-03-02 10:00:00'), part('B', setl_time)).open
  expect(second('2026-03-08 10:00:00')).toMatchObject([{ setl_ids: ['A', 'B'] }])
  expect(second('2026-03-08 10:20:00')).toEqual([])
})

test('What a later bill of the visit takes back was not used, and an operation that it takes back was none', () => {
  const bill = (setl_id: string, day: number, feedetail: Wire[]) =>
    stay(
      feedetail.map((one, i) => ({ ...one, feedetl_sn: `${setl_id}${i}` })),
      { setl_id, mid_setl_flag: '1', setl_time: `2026-03-0${day} 20:00:00` },
    )
  const on = (code: string, cnt: number, day = 2, more: Wire = {}) =>
    line(code, { cnt, fee_ocur_time: `2026-03-0${day} 10:00:00`, ...more })
  const ward = on('WARD', 9)
  const open = (first: Wire[], second: Wire[], ...rows: Wire[]) => {
    const [one, ...others] = permutations([bill('A', 3, first), bill('B', 9, [ward, ...second])]).map((order) => {
      return judge(most(4, 'OPERATION'), ...rows, ...order).open
    })
    for (const other of others) expect(other).toEqual(one)
    return one!
  }
  for (const day of [2, 8]) {
    expect(open([on('CSTENT', 2)], [on('CSTENT', -2, day)])).toEqual([])
    expect(open([on('CSTENT', 2)], [on('CSTENT', -1, day)])).toMatchObject([{ setl_ids: ['A'], vola_amt: 70_000 }])
    expect(open([on('CSCREW', 6)], [on('CSCREW', -2, day)])).toEqual([])
    expect(open([on('CSCREW', 6)], [on('CSCREW', -1, day)])).toMatchObject([{ setl_ids: ['A'], vola_amt: 70_000 }])
  }
  expect(open([on('CSTENT', 1), on('FITTING', 1)], [on('FITTING', -1)])).toMatchObject([{ setl_ids: ['A'], vola_amt: 70_000 }])
  expect(open([on('CSTENT', 1), on('FITTING', 1)], [on('FITTING', -1), on('CSTENT', -1)])).toEqual([])
  const cut = { med_chrgitm_type: '06' }
  const [twice, needed] = [on('CUT', 2, 2, cut), reference('pair_required', 'cut', { code: 'CSCREW', any_of: ['CUT'] })]
  expect(open([on('CSCREW', 8), twice], [])).toEqual([])
  expect(open([on('CSCREW', 8), twice], [on('CUT', -1, 2, cut)], needed)).toMatchObject([
    { vola_amt: 280_000, evidence: { faults: [{ max_cnt: 4 }] } },
  ])
  // Also one of which no row speaks, and which a bill of its own may charge.
  expect(judge(most(4, 'OPERATION'), bill('A', 3, [on('CSCREW', 8)]), bill('B', 9, [on('CUT', 2, 2, cut)])).open).toEqual([])
  expect(open([on('CSCREW', 8), twice], [on('CUT', -1, 2, cut)])).toMatchObject([{ evidence: { faults: [{ max_cnt: 4 }] } }])
  const [used, back] = [bill('A', 3, [on('CSTENT', 1)]), bill('B', 9, [ward, on('CSTENT', -1)])]
  expect(judge(used, back, voidOf(back, '2026-03-10 10:00:00')).open).toMatchObject([{ setl_ids: ['A'] }])
})

test('A drug that requires a service is another rule’s', () => {
  const drug = reference('pair_required', 'd', { code: 'XDYE', any_of: ['SCAN'] })
  expect(judge(drug, stay([line('XDYE', { list_type: '101' })])).open).toEqual([])
})

test('A void retracts', () => {
  const original = stay([line('CSTENT')])
  const { open, retracted } = judge(original, voidOf(original, '2026-09-03 10:00:00'))
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('A consumable with a serial needs what the row of its product needs, and a local code is the service', () => {
  const [stent, fitting] = ['C0201010110200101071', '003202000010000']
  const row = reference('pair_required', 'fit', { code: stent, any_of: [fitting] })
  const used = (...codes: string[]) => stay([line(`${stent}0000001`, { cnt: 4 }), ...codes.map((code) => line(code))])
  expect(judge(row, used()).open).toMatchObject([
    { evidence: { faults: [{ kind: 'no_operation', med_list_codg: `${stent}0000001` }] } },
  ])
  expect(judge(row, used(`${fitting}a1`)).open).toEqual([])
  const limit = reference('quantity_limit', 'q', { code: stent, max_cnt: 2, per: 'OPERATION' })
  expect(judge(row, limit, used(`${fitting}a1`)).open).toMatchObject([
    { evidence: { faults: [{ kind: 'quantity', max_cnt: 2 }] } },
  ])
  expect(judge(row, limit, used(`${fitting}a1`, `${fitting}b2`)).open).toEqual([])
  const own = reference('quantity_limit', 'own', { code: `${stent}0000001`, max_cnt: 4, per: 'OPERATION' })
  expect(judge(row, limit, own, used(`${fitting}a1`)).open).toEqual([])
})

test('Each piece has a serial of its own; they are pieces of one product all the same', () => {
  const stent = 'C0201010110200101071'
  const limit = reference('quantity_limit', 'q', { code: stent, max_cnt: 3, per: 'VISIT' })
  const pieces = (count: number) => Array.from({ length: count }, (_, i) => line(`${stent}000000${i}`))
  expect(judge(limit, stay(pieces(3))).open).toEqual([])
  expect(judge(limit, stay(pieces(4))).open).toMatchObject([
    { vola_amt: 70_000, evidence: { faults: [{ kind: 'quantity', med_list_codg: stent, cnt: 4, max_cnt: 3 }] } },
  ])
})

test('What the person pays alone counts in no limit of the fund', () => {
  const own = line('CSCREW', { feedetl_sn: 'own', cnt: 2, inscp_scp_amt: 0 })
  expect(judge(most(4, 'VISIT'), stay([line('CSCREW', { cnt: 4 }), own])).open).toEqual([])
  expect(judge(most(4, 'VISIT'), stay([line('CSCREW', { cnt: 5 }), own])).open).toMatchObject([
    { vola_amt: 70_000, evidence: { faults: [{ cnt: 5 }] } },
  ])
  expect(judge(stay([line('CSTENT', { inscp_scp_amt: 0 })])).open).toEqual([])
})

test('Parts of units are told as they are', () => {
  const parts = [0.1, 0.2].map((cnt) => line('CSCREW', { feedetl_sn: String(cnt), cnt }))
  expect(judge(most(0.2, 'VISIT'), stay(parts)).open).toMatchObject([{ evidence: { faults: [{ cnt: 0.3 }] } }])
})
