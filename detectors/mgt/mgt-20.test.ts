import { expect, test } from 'vitest'
import { DAY, formatInstant, parseInstant } from '../../schemas/time.ts'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { longestWritten } from '../testing/longest-written.ts'
import { type Given, run, type Wire } from '../testing/scenario.ts'
import detector from './mgt-20.ts'

let inv = 0
const received = (time: string, codes: readonly string[], more: object = {}): Wire => ({
  ...{ kind: 'inventory', inv_type: 'purchase', inv_id: `I${inv++}`, fixmedins_code: 'P1', med_list_codg: 'A', cnt: 1, time },
  ...{ drug_trac_info: codes.map((drug_trac_codg) => ({ drug_trac_codg })), ...more },
})
const sale = (setl_time: string, drug_trac_codg: string, more: object = {}) =>
  settlement({
    ...{ setl_id: `S-${drug_trac_codg}`, psn_no: 'A', fixmedins_code: 'P1', med_type: '41', setl_time },
    ...{ feedetail: [{ med_list_codg: 'A', pric: 100 }], drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg }], ...more },
  })
const OVER = heartbeat('2026-05-01 00:00:00')
const EARLIER = received('2026-03-01 09:00:00', ['OTHER'])
const found = (...events: Given[]) => run(detector, [...events, OVER]).open

test('A package that was sold two days before it was bought', () => {
  const open = found(EARLIER, sale('2026-03-02 10:00:00', 'T'), received('2026-03-04 10:00:00', ['T']))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'trace', id: 'T' }, bucket: '2026-03-02|P1', severity: 2, result: 'suspicion', vola_amt: 7000 },
      ...{ setl_ids: ['S-T'], psn_no: 'A', fixmedins_code: 'P1', lines: [{ setl_id: 'S-T', feedetl_sn: '1', vola_amt: 7000 }] },
      evidence: { received: '2026-03-04T10:00:00+08:00', hours: 48, coverage: null },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('追溯码T于2026-03-02 10:00售出，48小时后才购进，基金70.00元（P1）。')
})

test('Two hours are allowed, a second more is not', () => {
  const at = (time: string) => found(EARLIER, sale('2026-03-02 10:00:00', 'T'), received(time, ['T'])).length
  expect([at('2026-03-02 12:00:00'), at('2026-03-02 12:00:01')]).toEqual([0, 1])
  expect(at('2026-03-25 12:00:00')).toBe(1)
  // The same where the receipt is sent after the day has been looked at.
  const afterwards = (time: string) =>
    found(EARLIER, sale('2026-03-02 10:00:00', 'T'), heartbeat('2026-03-07 00:00:00'), received(time, ['T'])).length
  expect([afterwards('2026-03-02 12:00:00'), afterwards('2026-03-02 12:00:01')]).toEqual([0, 1])
  expect(
    found(received('2026-03-01 08:00:00', ['T']), sale('2026-03-02 10:00:00', 'T'), received('2026-03-04 10:00:00', ['T'])),
  ).toEqual([])
})

test('It does not matter whether the purchase or the sale comes first, nor whether it is the first purchase that is sent', () => {
  const [bought, sold] = [received('2026-03-04 10:00:00', ['T']), sale('2026-03-02 10:00:00', 'T')]
  expect(found(bought, sold)).toHaveLength(1)
  expect(found(sold, bought)).toHaveLength(1)
  const by = (time: string, ...events: Wire[]) => run(detector, [...events, sold, bought, heartbeat(time)]).open.length
  // Three days after the day of the sale, by an institution that had sent receipts before it was over, else after six.
  expect([by('2026-03-06 00:09:59', EARLIER), by('2026-03-06 00:10:00', EARLIER)]).toEqual([0, 1])
  expect([by('2026-03-09 00:09:59'), by('2026-03-09 00:10:00')]).toEqual([0, 1])
  const since = (time: string, codes: string[]) => by('2026-03-06 00:10:00', received(time, codes))
  expect([since('2026-03-03 00:00:00', ['OTHER']), since('2026-03-03 00:00:01', ['OTHER'])]).toEqual([1, 0])
  // Of a receipt without codes it cannot be said which packages it brought.
  expect(since('2026-03-01 09:00:00', [])).toBe(0)
})

test('An institution that begins to send receipts is looked at for the last time a week after the sale', () => {
  const codes = Array.from({ length: 20 }, (_, i) => `L${i}`)
  const begins = (time: string) =>
    found(...codes.map((code) => sale('2026-03-02 13:00:00', code)), sale('2026-03-02 15:00:00', 'T'), received(time, codes))
  // Received within four days: codes of which this institution tells. Of T it does not.
  const open = begins('2026-03-06 12:30:00')
  expect(open).toHaveLength(21)
  const [never] = open.filter(({ subject }) => subject.id === 'T')
  expect(never!.evidence).toMatchObject({ received: null, coverage: { codes: 21, covered: 20 } })
  // After the last look it is too late for this day.
  expect(begins('2026-03-07 00:00:01')).toEqual([])
})

test('Goods that were transferred, found, or given came too; goods that went or were sold back did not', () => {
  const change = (inv_chg_type: string, inv_type = 'change') =>
    found(
      EARLIER,
      received('2026-03-01 10:00:00', ['T'], { inv_type, inv_chg_type }),
      sale('2026-03-02 10:00:00', 'T'),
      received('2026-03-04 10:00:00', ['T']),
    ).length
  expect(['101', '103', '106', '108', '110'].map((type) => change(type))).toEqual([0, 0, 0, 0, 0])
  expect(['102', '104', '105', '107', '109', '111'].map((type) => change(type))).toEqual([1, 1, 1, 1, 1, 1])
  expect([change('', 'stock'), change('', 'sale_return'), change('', 'purchase_return')]).toEqual([0, 1, 1])
})

test('A stocktaking after the sale tells nothing, and a purchase elsewhere does not count', () => {
  expect(found(EARLIER, sale('2026-03-02 10:00:00', 'T'), received('2026-03-04 10:00:00', ['T'], { inv_type: 'stock' }))).toEqual(
    [],
  )
  const counted = (time: string) =>
    found(
      EARLIER,
      received(time, ['T'], { inv_type: 'stock' }),
      sale('2026-03-02 10:00:00', 'T'),
      received('2026-03-04 10:00:00', ['T']),
    ).length
  expect([counted('2026-03-02 10:00:00'), counted('2026-03-02 10:00:01')]).toEqual([0, 1])
  expect(
    found(EARLIER, sale('2026-03-02 10:00:00', 'T'), received('2026-03-04 10:00:00', ['T'], { fixmedins_code: 'P2' })),
  ).toEqual([])
})

test('An institution that sends nothing, and drugs bought before codes existed, are not judged', () => {
  expect(found(sale('2026-03-02 10:00:00', 'T'))).toEqual([])
  const stock = reference('no_trace_stock', 'P1:A', {})
  expect(found(stock, EARLIER, sale('2026-03-02 10:00:00', 'T'), received('2026-03-04 10:00:00', ['T']))).toEqual([])
})

/** So many packages that were bought the day before they were sold, from 2 March on. */
const ordinary = (count: number, from = '2026-03-02') =>
  Array.from({ length: count }, (_, i) => {
    const at = parseInstant(`${from} 09:00:00`) + i * 60_000
    return [received(formatInstant(at - DAY), [`${from}-${i}`]), sale(formatInstant(at), `${from}-${i}`)]
  }).flat()

test('A package without a purchase stands out where nine tenths of at least twenty codes of thirty days have one', () => {
  const missing = (covered: number, without: number, from?: string) => [
    ...ordinary(covered, from),
    ...Array.from({ length: without }, (_, i) => sale(`2026-03-02 1${i}:00:00`, `T${i}`)),
  ]
  const open = found(...missing(18, 2))
  expect(open.map(({ subject }) => subject.id)).toEqual(['T0', 'T1'])
  expect(open[0]!.evidence).toMatchObject({ received: null, hours: null, coverage: { codes: 20, covered: 18, rate: 90 } })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '追溯码T0于2026-03-02 10:00售出，无购进记录；该机构近30日90%有购进，基金70.00元。',
  )
  expect(detector.explain(open[0]!.evidence, 'en')).toBe(
    'Package T0 was sold at P1 on 2026-03-02 10:00 and never received, although 90 % of its codes of 30 days were; the fund paid 70.00 yuan.',
  )
  expect(found(...missing(17, 2))).toEqual([])
  expect(found(...missing(18, 1))).toEqual([])
  expect(found(...missing(26, 3))).toEqual([])
  expect(found(...missing(27, 3))).toHaveLength(3)
  expect(found(...missing(19, 1, '2026-02-01'))).toHaveLength(1)
  expect(found(...missing(19, 1, '2026-01-31'))).toEqual([])
})

test('A purchase may be sent for a week; later it is one that came too late', () => {
  const events = [...ordinary(20), sale('2026-03-02 15:00:00', 'T')]
  const after = (time: string) =>
    found(...events, received(time, ['T'])).map(({ evidence }) => [evidence.received !== null, evidence.coverage])
  expect(after('2026-03-09 15:00:00')).toEqual([[true, null]])
  expect(after('2026-03-20 15:00:00')).toEqual([[true, null]])
  expect(run(detector, [...events, heartbeat('2026-03-10 01:09:59')]).open).toEqual([])
  expect(run(detector, [...events, heartbeat('2026-03-10 01:10:00')]).open).toHaveLength(1)
})

test('A package that lay on the shelf for two years was received all the same', () => {
  const shelf = [received('2024-03-01 10:00:00', ['T']), heartbeat('2026-02-01 00:00:00')]
  const sold = [...ordinary(20), sale('2026-03-02 15:00:00', 'T'), heartbeat('2026-03-12 00:00:00')]
  expect(run(detector, [...shelf, ...sold]).open).toEqual([])
  expect(run(detector, sold).open).toHaveLength(1)
})

test('For 400 days after a sale its package is remembered', () => {
  // The watermark is ten minutes behind.
  const at = (time: string) =>
    found(EARLIER, sale('2026-03-02 10:00:00', 'T'), heartbeat('2026-03-20 00:00:00'), received(time, ['T'])).length
  expect([at('2027-04-06 10:09:59'), at('2027-04-06 10:10:00')]).toEqual([1, 0])
})

test('Eight days after the last event all verdicts are there; a purchase that is sent later still explains the sale', () => {
  const events = [...ordinary(20), sale('2026-03-02 15:00:00', 'T'), heartbeat('2026-03-10 15:00:00')]
  expect(run(detector, events).open).toHaveLength(1)
  const { open, retracted } = run(detector, [...events, received('2026-03-02 11:00:00', ['T'])])
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('A code counts as received when its receipt comes within four days of the sale', () => {
  const received18 = [...ordinary(17), ...ordinary(1, '2026-03-01')]
  const sold = [sale('2026-03-02 11:00:00', 'L'), ...['T0', 'T1'].map((code) => sale('2026-03-02 15:00:00', code))]
  const found19 = (time: string) => found(...received18, ...sold, received(time, ['L'])).map(({ subject }) => subject.id)
  expect(found19('2026-03-06 11:00:00')).toEqual(['L', 'T0', 'T1'])
  expect(found19('2026-03-06 11:00:01')).toEqual(['L'])
})

test('A sale that is reported without a settlement is one too, and once where a settlement tells of it', () => {
  const reported = (time: string, more: object = {}) => received(time, ['T'], { inv_type: 'sale', psn_no: 'B', ...more })
  const bought = received('2026-03-04 10:00:00', ['T'])
  expect(found(EARLIER, reported('2026-03-02 10:00:00'), reported('2026-03-02 11:00:00'), bought)).toMatchObject([
    {
      ...{ subject: { type: 'trace', id: 'T' }, bucket: '2026-03-02|P1', vola_amt: 0, setl_ids: [], lines: [], psn_no: 'B' },
      ...{ count: 1, evidence: { hours: 48 } },
    },
  ])
  expect(found(EARLIER, reported('2026-03-04 08:00:00'), bought)).toEqual([])
  // Which settlement it was says the number; without one, the package.
  expect(found(EARLIER, reported('2026-03-02 10:00:00', { setl_id: 'S' }), bought)).toEqual([])
  const sold = sale('2026-03-02 10:00:00', 'T')
  for (const events of [
    [sold, reported('2026-03-02 10:01:00')],
    [reported('2026-03-02 09:59:00'), sold],
  ])
    expect(found(EARLIER, ...events, bought)).toMatchObject([{ setl_ids: ['S-T'], vola_amt: 7000, count: 1, psn_no: 'A' }])
  const never = found(...ordinary(20), reported('2026-03-02 15:00:00'))
  expect(never).toMatchObject([{ subject: { id: 'T' }, evidence: { received: null, coverage: { codes: 21, covered: 20 } } }])
})

test('What the settlement itself takes back was not sold', () => {
  const bought = received('2026-03-04 10:00:00', ['T'])
  const takenBack = (cnt: number) =>
    sale('2026-03-02 10:00:00', 'T', {
      feedetail: [
        { med_list_codg: 'A', pric: 100, cnt },
        { med_list_codg: 'A', pric: 100, cnt: -1 },
      ],
    })
  expect(found(EARLIER, takenBack(1), bought)).toEqual([])
  expect(found(EARLIER, takenBack(2), bought)).toMatchObject([{ vola_amt: 7000 }])
})

test('A void retracts, whenever it comes', () => {
  const sold = sale('2026-03-02 10:00:00', 'T')
  const events = [EARLIER, sold, received('2026-03-04 10:00:00', ['T'])]
  for (const at of ['2026-03-02 12:00:00', '2026-03-10 12:00:00', '2026-12-01 12:00:00']) {
    const ahead = at > '2026-03-05' ? [heartbeat('2026-03-09 12:00:00')] : []
    expect(found(...events, ...ahead, voidOf(sold, at))).toEqual([])
  }
  const never = sale('2026-03-02 15:00:00', 'T')
  const { open, retracted } = run(detector, [...ordinary(20), never, OVER, voidOf(never, '2026-12-01 12:00:00')])
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('A void of one sale leaves the others of its day to be looked at', () => {
  const [first, second] = [sale('2026-03-02 10:00:00', 'T'), sale('2026-03-02 11:00:00', 'U')]
  const bought = received('2026-03-04 10:00:00', ['T', 'U'])
  // Before the first look, and in the very second of it, when nothing is known of receipts before the sale.
  for (const at of ['2026-03-04 12:00:00', '2026-03-06 00:10:00'])
    expect(found(first, second, bought, heartbeat(at), voidOf(second, at))).toMatchObject([{ subject: { id: 'T' } }])
})

test('What the agency reimburses was sold long before, and only the institution tells when', () => {
  const bought = received('2026-03-04 10:00:00', ['T'])
  const receipt = sale('2026-03-02 10:00:00', 'T', { pay_loc: '1' })
  expect(found(EARLIER, receipt, bought)).toEqual([])
  const reported: Wire = { ...received('2026-03-02 10:00:00', ['T']), inv_type: 'sale' }
  expect(found(EARLIER, reported, bought, { ...receipt, setl_time: '2026-04-02 10:00:00' })).toMatchObject([
    { bucket: '2026-03-02|P1', setl_ids: [], evidence: { hours: 48 } },
  ])
})

test('A day of many sales is laid aside page by page, and judged as a whole', () => {
  const code = (i: number) => String(i).padStart(60, '0')
  const sales = Array.from({ length: 36 }, (_, i) => sale(`2026-03-02 10:${String(i + 10)}:00`, code(i)))
  const bought = received(
    '2026-03-04 10:00:00',
    sales.map((_, i) => code(i)),
  )
  // Of what the first page names, one sale is reported as well, later and earlier, and two are taken back.
  const reported = ['10:59:00', '10:01:00'].map((time) => received(`2026-03-02 ${time}`, [code(0)], { inv_type: 'sale' }))
  const gone = [sales[1]!, sales[2]!, sales[35]!]
  const { open, cells } = run(detector, [
    ...[EARLIER, reported[1]!, ...sales, reported[0]!],
    ...[...gone.map((one) => voidOf(one, '2026-03-03 10:00:00')), bought, OVER],
  ])
  expect(cells.filter((cell) => cell.startsWith('PAGE'))).toEqual(['PAGE|P1|20514|0', 'PAGE|P1|20514|1'])
  const left = sales.filter((one) => !gone.includes(one))
  expect(open.map(({ setl_ids }) => setl_ids)).toEqual(left.map(({ setl_id }) => [setl_id]))
  // Where all of it is taken back nothing is left to ask for.
  const { open: none, tellers } = run(detector, [
    ...[EARLIER, ...sales, ...sales.map((one) => voidOf(one, '2026-03-03 10:00:00')), bought, OVER],
  ])
  expect([none, tellers.filter((cell) => cell.startsWith('BOOK'))]).toEqual([[], []])
})

test('However much an institution sells in a day, little of it is written anew with the next sale', () => {
  const sales = Array.from({ length: 290 }, (_, i) => {
    const codes = [1, 2].map((line) => ({ feedetl_sn: String(line), drug_trac_codg: `8${line}${String(i).padStart(18, '0')}` }))
    const feedetail = codes.map(() => ({ med_list_codg: 'XJ01CAA040E001010100001', pric: 100 }))
    return sale('2026-03-02 10:00:00', `T${i}`, { feedetail, drug_trac_info: codes })
  })
  const longest = longestWritten(detector, sales)
  expect(longest).toBeGreaterThan(1_000)
  expect(longest).toBeLessThan(2_200)
})
