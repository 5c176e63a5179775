import { expect, test } from 'vitest'
import { HOSPITAL, heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './fnd-09.ts'

const HERE = 'H99010100001'
/** Of a hundred days each is one percent of the time. */
const agreed = (qty: number, to = '2026-04-10', more: Wire = {}) =>
  reference('vbp', 'G', {
    selected: [{ code: 'CHOSEN', price: 1 }],
    agreed: [
      { fixmedins_code: 'H99010100009', qty: 1, from: '2026-01-01', to },
      { fixmedins_code: HERE, qty, from: '2026-01-01', to, ...more },
    ],
  })
const judge = (...events: Wire[]) => run(detector, [HOSPITAL, ...events], { history_from: '2026-01-01 00:00:00' })
const used = (setl_id: string, date: string, cnt: number, med_list_codg = 'CHOSEN') =>
  settlement({
    setl_id,
    setl_time: `${date} 10:00:00`,
    feedetail: [
      { med_list_codg, cnt },
      { med_list_codg: 'OTHER', feedetl_sn: '2' },
    ],
  })
/** January and its lateness are over; 31 percent of the time. */
const february = heartbeat('2026-02-04 00:10:00')

test('Less than four fifths of the pace is told when a month is over', () => {
  const after = (cnt: number) => judge(agreed(1000), used('a', '2026-01-05', cnt), february).open
  expect(after(248)).toEqual([])
  expect(after(247)).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: HERE }, bucket: '2026-01-31|G', result: 'indicator', severity: 4, vola_amt: 0 },
      ...{ setl_ids: ['a'], evidence: { used_qty: 247, progress: 0.247, elapsed: 0.31, limit: 0.248 } },
    },
  ])
  expect(detector.explain(after(247)[0]!.evidence, 'zh')).toContain('进度24.7%，时间已过31%')
  expect(judge(agreed(1000), used('a', '2026-01-05', 1), heartbeat('2026-02-04 00:09:59')).open).toEqual([])
})

test('The first and the last day of the period belong to it', () => {
  const after = (date: string, cnt: number) => judge(agreed(100, '2026-01-31'), used('a', date, cnt), february).open.length
  expect([after('2026-01-01', 80), after('2026-01-31', 80), after('2026-01-31', 79)]).toEqual([0, 0, 1])
})

test('What was agreed may be revised, in quantity or in time, and each group is measured by itself', () => {
  const first = [agreed(1000), used('a', '2026-01-05', 150)]
  const revised = (row: Wire) => judge(...first, row, used('b', '2026-01-20', 1), february).open
  expect(revised(agreed(1000))).toHaveLength(1)
  expect(revised(agreed(500))).toEqual([])
  expect(revised(agreed(1000, '2026-12-31'))).toEqual([])
  const other = reference('vbp', 'K', {
    selected: [{ code: 'K' }],
    agreed: [{ fixmedins_code: HERE, qty: 10, from: '2026-01-01', to: '2026-04-10' }],
  })
  for (const rows of permutations([agreed(1000), other]))
    expect(
      judge(...rows, used('a', '2026-01-05', 1), february)
        .open.map(({ bucket }) => bucket)
        .sort(),
    ).toEqual(['2026-01-31|G', '2026-01-31|K'])
})

test('Who uses nothing of it, and only others, is behind too', () => {
  expect(judge(agreed(1000), used('a', '2026-01-05', 900, 'DEAR'), february).open).toMatchObject([
    { bucket: '2026-01-31|G', setl_ids: [], evidence: { used_qty: 0 } },
  ])
})

test('Who has agreed to nothing, or without dates, is not measured', () => {
  const others = settlement({ fixmedins_code: 'H99010100002', setl_time: '2026-01-05 10:00:00' })
  expect(judge(agreed(1000), others, february).open).toEqual([])
  expect(judge(agreed(1000, '2026-04-10', { from: null }), used('a', '2026-01-05', 1), february).open).toEqual([])
})

test('Who catches up is behind no longer; a later lag is another matter', () => {
  const [march, april, end] = ['2026-03-04 00:10:00', '2026-04-04 00:10:00', '2026-04-15 00:00:00'].map(heartbeat)
  const begun = [agreed(1000), used('a', '2026-01-05', 200), february, used('b', '2026-02-05', 300)]
  expect(judge(...begun, march!)).toMatchObject({ open: [], retracted: [{ bucket: '2026-01-31|G' }] })
  expect(judge(...begun, march!, april!).open).toMatchObject([{ bucket: '2026-03-31|G', setl_ids: ['a', 'b'], setl_count: 2 }])
  expect(judge(...begun, march!, april!, end!).open).toMatchObject([{ bucket: '2026-03-31|G', evidence: { elapsed: 1 } }])
})

test('Contracts start late: the first four weeks are not measured', () => {
  const started = (from: string) => judge(agreed(1000, '2026-12-31', { from }), used('a', '2026-01-20', 1), february).open.length
  expect([started('2026-01-03'), started('2026-01-04')]).toEqual([1, 0])
})

test('Where the beginning is not known nothing is concluded', () => {
  const since = (history_from: string) =>
    run(detector, [HOSPITAL, agreed(1000), used('a', '2026-01-20', 1), february], { history_from })
  expect(since('2026-01-08 23:00:00').open).toHaveLength(1)
  expect(since('2026-01-09 00:00:00')).toMatchObject({ open: [], skipped: ['HISTORY_SHORT'] })
})

test('A void takes back what was used, in whichever order', () => {
  const purchases = [used('a', '2026-01-05', 200), used('b', '2026-01-06', 48)]
  expect(judge(agreed(1000), ...purchases, february).open).toEqual([])
  expect(judge(agreed(1000), ...purchases, february, voidOf(purchases[1]!, '2026-02-20 10:00:00')).open).toMatchObject([
    { setl_ids: ['a'] },
  ])
  const three = [...purchases.slice(0, 1), used('c', '2026-01-31', 20), used('d', '2026-02-01', 500)]
  const orders = permutations(three).map((order) => JSON.stringify(judge(agreed(1000), ...order, february).open))
  expect(new Set(orders).size).toBe(1)
  expect(orders[0]).toContain('"setl_ids":["a","c"]')
})

test('A settlement that comes after its void tells that the institution is there, and nothing of what it used', () => {
  const one = used('a', '2026-01-05', 500)
  const back = voidOf(one, '2026-01-06 10:00:00')
  const told = [judge(agreed(1000), one, back, february), judge(agreed(1000), back, one, february)].map(({ open }) => open)
  expect(told[0]).toMatchObject([{ setl_ids: [], evidence: { used_qty: 0 } }])
  expect(told[1]).toEqual(told[0])
})

test('What a later bill of a visit gives back was not used; of what was charged before the agreement nothing was counted', () => {
  const ward = { med_list_codg: 'WARD', feedetl_sn: '9', pric: 9000 }
  const back = (begntime: string, cnt: number, more: Wire = {}) => {
    const feedetail = [{ med_list_codg: 'CHOSEN', cnt, ...more }, ward]
    return settlement({ setl_id: 'z', mdtrt_id: 'M', begntime, setl_time: '2026-01-07 10:00:00', feedetail })
  }
  const after = (...events: Wire[]) => judge(agreed(1000), used('a', '2026-01-05', 250), ...events, february).open
  expect(after(back('2026-01-05 09:00:00', -2))).toEqual([])
  expect(after(back('2026-01-05 09:00:00', -3))).toMatchObject([{ evidence: { used_qty: 247 } }])
  expect(after(back('2025-12-28 09:00:00', -3))).toEqual([])
  expect(after(back('2025-12-31 23:59:59', -3))).toEqual([])
  expect(after(back('2026-01-01 00:00:00', -3))).toHaveLength(1)
  expect(after(back('2026-01-05 09:00:00', -3, { fee_ocur_time: '2025-12-30 10:00:00' }))).toEqual([])
  const gone = back('2026-01-05 09:00:00', -3)
  expect(after(gone, voidOf(gone, '2026-01-08 10:00:00'))).toEqual([])
  // What the bill itself charged it gives back of its own.
  const both = settlement({
    ...{ setl_id: 'y', begntime: '2025-12-28 09:00:00', setl_time: '2026-01-07 10:00:00' },
    feedetail: [{ med_list_codg: 'CHOSEN', cnt: 5 }, { med_list_codg: 'CHOSEN', feedetl_sn: '2', cnt: -5 }, ward],
  })
  expect(judge(agreed(1000), used('a', '2026-01-05', 247), both, february).open).toMatchObject([{ evidence: { used_qty: 247 } }])
})

test('A void takes nothing back of what was agreed only after its original came', () => {
  const selected = reference('vbp', 'G', { selected: [{ code: 'CHOSEN', price: 1 }] })
  const early = used('early', '2026-01-05', 200)
  const since = [agreed(1000), used('b', '2026-01-06', 100)]
  const kept = judge(selected, ...since, february).open
  expect(kept).toMatchObject([{ setl_ids: ['b'], setl_count: 1, evidence: { used_qty: 100 } }])
  expect(judge(selected, early, ...since, voidOf(early, '2026-01-07 10:00:00'), february).open).toEqual(kept)
})

test('A product is selected from a day until a day', () => {
  const selected = reference('vbp', 'G', {
    selected: [{ code: 'CHOSEN', from: '2026-01-10', to: '2026-01-20' }],
    agreed: [{ fixmedins_code: HERE, qty: 100, from: '2026-01-01', to: '2026-04-10' }],
  })
  const on = (date: string) => judge(selected, used('a', date, 50), february).open.length
  expect([on('2026-01-09'), on('2026-01-10'), on('2026-01-20'), on('2026-01-21')]).toEqual([1, 0, 0, 1])
})

test('A selected consumable counts with its serial', () => {
  const stent = 'C0201010110200101071'
  const stents = reference('vbp', 'G', {
    selected: [{ code: stent }],
    agreed: [{ fixmedins_code: HERE, qty: 1000, from: '2026-01-01', to: '2026-04-10' }],
  })
  const after = (cnt: number) => judge(stents, used('a', '2026-01-05', cnt, `${stent}0000001`), february).open
  expect(after(248)).toEqual([])
  expect(after(247)).toMatchObject([{ evidence: { used_qty: 247 } }])
})

test('An agreement of a province or an alliance counts there', () => {
  const row = (admdvs: string) =>
    reference('vbp', 'G', {
      selected: [{ code: 'CHOSEN', price: 1 }],
      agreed: [{ fixmedins_code: HERE, qty: 1000, from: '2026-01-01', to: '2026-04-10' }],
      admdvs,
    })
  const after = (admdvs: string, cnt: number) => judge(row(admdvs), used('a', '2026-01-05', cnt), february).open
  expect(after('990000', 247)).toMatchObject([{ evidence: { used_qty: 247 } }])
  expect(after('990000', 248)).toEqual([])
  expect(after('980000', 247)).toEqual([])
})

test('Just four fifths of the pace are enough, whatever binary fractions make of it', () => {
  // Thirty-one of 155 days are a fifth of the time.
  const after = (cnt: number) => judge(agreed(1000, '2026-06-04'), used('a', '2026-01-05', cnt), february).open
  expect(after(160)).toEqual([])
  expect(after(159)).toHaveLength(1)
})
