import { expect, test } from 'vitest'
import { heartbeat, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './med-04.ts'

const KNOWN = [
  reference('item', 'XDYE', { name: '碘海醇注射液', list_type: '101' }),
  reference('pair_required', 'dye', { code: 'XDYE', any_of: ['SCAN', 'ANGIO'] }),
]
const line = (med_list_codg: string, more: Wire = {}) => ({
  ...{ med_list_codg, feedetl_sn: med_list_codg, pric: 268, list_type: med_list_codg.startsWith('X') ? '101' : '201' },
  ...more,
})
const visit = (feedetail: Wire[], more: Wire = {}) => settlement({ setl_id: 'S', mdtrt_id: 'M', feedetail, ...more })
const judge = (...events: Wire[]) => run(detector, [...KNOWN, ...events])

test('A drug without any of the services it belongs to is a suspicion, by the day', () => {
  const { open } = judge(visit([line('XDYE'), line('OTHER')]))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '2026-03-02', severity: 3, result: 'suspicion', vola_amt: 26_800 },
      ...{ setl_ids: ['S'], lines: [{ feedetl_sn: 'XDYE', vola_item_type: 1 }] },
      evidence: { drugs: [{ name: '碘海醇注射液', missing_any_of: ['SCAN', 'ANGIO'], within_days: 1 }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('碘海醇注射液')
})

test('Where a row gives more days, the service is remembered as long', () => {
  const known = [...KNOWN, reference('pair_required', 'test', { code: 'XTARGET', any_of: ['GENE'], within_days: 30 })]
  const on = (setl_id: string, day: string, code: string) =>
    visit([line(code)], { setl_id, mdtrt_id: setl_id, setl_time: `${day} 10:00:00` })
  const month = [heartbeat('2026-03-10 10:00:00'), heartbeat('2026-03-20 10:00:00')]
  const after = (day: string) => run(detector, [...known, on('T', '2026-03-02', 'GENE'), ...month, on('S', day, 'XTARGET')]).open
  expect(after('2026-04-01')).toEqual([])
  expect(after('2026-04-02')).toMatchObject([{ subject: { id: 'S' }, evidence: { drugs: [{ within_days: 30 }] } }])
  const late = [heartbeat('2026-04-04 10:20:00'), on('S', '2026-04-01', 'XTARGET')]
  expect(run(detector, [...known, on('T', '2026-03-02', 'GENE'), ...late]).open).toEqual([])
})

test('One of the services suffices, a day before or after, and no further', () => {
  for (const [day, found] of [
    ['2026-03-01 00:00:00', 0],
    ['2026-03-03 23:59:59', 0],
    ['2026-02-28 23:59:59', 1],
    ['2026-03-04 00:00:00', 1],
  ] as const) {
    const scan = line('ANGIO', { fee_ocur_time: day })
    const drug = line('XDYE', { fee_ocur_time: '2026-03-02 10:00:00' })
    expect(judge(visit([drug, scan], { setl_time: '2026-03-04 12:00:00' })).open).toHaveLength(found)
  }
})

test('The row may allow more days, or none', () => {
  const scan = line('SCAN', { fee_ocur_time: '2026-02-27 10:00:00' })
  const days = (within_days: number) => reference('pair_required', 'dye', { code: 'XDYE', any_of: ['SCAN'], within_days })
  expect(judge(days(3), visit([line('XDYE'), scan])).open).toEqual([])
  expect(judge(days(2), visit([line('XDYE'), scan])).open).toHaveLength(1)
  expect(judge(days(0), visit([line('XDYE'), line('SCAN', { fee_ocur_time: '2026-03-01 23:59:59' })])).open).toHaveLength(1)
})

test('Of several rows one that is met suffices; operations are named by their beginning', () => {
  const anaesthetic = [
    reference('pair_required', 'a', { code: 'XNUMB', any_of: ['NONE'] }),
    reference('pair_required', 'b', { code: 'XNUMB', any_of: ['51.2'] }),
  ]
  const operated = (oprn_oprt_code: string) =>
    visit([line('XNUMB')], { oprninfo: [{ oprn_oprt_code, oprn_oprt_date: '2026-03-02' }] })
  expect(judge(...anaesthetic, operated('51.2300')).open).toEqual([])
  expect(judge(...anaesthetic, operated('52.2300')).open).toHaveLength(1)
})

test('A service billed in another settlement of the visit counts, whichever comes first; of another visit it does not', () => {
  const drug = inpatient({ setl_id: 'A', mdtrt_id: 'M', feedetail: [line('XDYE', { fee_ocur_time: '2026-03-02 10:00:00' })] })
  const scan = inpatient({ setl_id: 'B', mdtrt_id: 'M', feedetail: [line('SCAN', { fee_ocur_time: '2026-03-03 10:00:00' })] })
  for (const order of permutations([drug, scan])) expect(judge(...order).open).toEqual([])
  expect(judge(drug, { ...scan, mdtrt_id: 'N' }).open).toHaveLength(1)
})

test('Out of a stay the service may be of another visit to the same institution', () => {
  const at = (day: string, code: string, more: Wire) => {
    return settlement({ setl_time: `${day} 10:00:00`, feedetail: [line(code, { fee_ocur_time: `${day} 09:50:00` })], ...more })
  }
  const drug = at('2026-03-02', 'XDYE', { setl_id: 'A', mdtrt_id: 'M' })
  const scan = at('2026-03-03', 'SCAN', { setl_id: 'B', mdtrt_id: 'N' })
  for (const order of permutations([drug, scan])) expect(judge(...order).open).toEqual([])
  expect(judge(drug, { ...scan, fixmedins_code: 'ELSEWHERE' }).open).toHaveLength(1)
  expect(judge(drug, { ...scan, psn_no: 'ANOTHER' }).open).toHaveLength(1)
  expect(judge(drug, scan, voidOf(scan, '2026-03-03 12:00:00')).open).toHaveLength(1)
  // Each visit is a case of its own.
  const again = at('2026-03-02', 'XDYE', { setl_id: 'C', mdtrt_id: 'O' })
  expect(judge(drug, again).open.map(({ subject }) => subject.id)).toEqual(expect.arrayContaining(['A', 'C']))
})

test('Days are alerts of their own; a consumable is another rule’s', () => {
  const two = [line('XDYE'), line('XDYE', { feedetl_sn: '2', fee_ocur_time: '2026-02-20 10:00:00' })]
  expect(judge(visit(two)).open.map(({ bucket }) => bucket)).toEqual(expect.arrayContaining(['2026-03-02', '2026-02-20']))
  expect(judge(visit([line('XDYE', { list_type: '301' })])).open).toEqual([])
})

test('A drug that another one needs, or whose row names no service, needs nothing itself', () => {
  const rows = [
    reference('pair_required', 'solvent', { code: 'XPOWDER', any_of: ['XSOLVENT'] }),
    reference('pair_required', 'none', { code: 'XNONE', any_of: [] }),
  ]
  expect(judge(...rows, visit([line('XSOLVENT'), line('XNONE')])).open).toEqual([])
  expect(judge(...rows, visit([line('XPOWDER')])).open).toHaveLength(1)
})

test('A drug taken back needs nothing; a service taken back serves nothing', () => {
  expect(judge(visit([line('XDYE'), line('XDYE', { feedetl_sn: 'b', cnt: -1 })])).open).toEqual([])
  expect(judge(visit([line('XDYE'), line('SCAN'), line('SCAN', { feedetl_sn: 'b', cnt: -1 })])).open).toHaveLength(1)
})

test('What a later bill of the visit takes back was not used: a drug then needs nothing, and a service serves nothing', () => {
  const bill = (setl_id: string, day: string, feedetail: Wire[], more: Wire = {}) =>
    inpatient({ setl_id, mdtrt_id: 'M', mid_setl_flag: '1', setl_time: `${day} 20:00:00`, feedetail, ...more })
  const on = (code: string, day: string, more: Wire = {}) => {
    return line(code, { fee_ocur_time: `${day} 10:00:00`, feedetl_sn: `${code}${day}${JSON.stringify(more)}`, ...more })
  }
  const first = bill('A', '2026-03-02', [on('XDYE', '2026-03-02', { cnt: 2 })])
  const back = (day: string, cnt: number) => bill('B', '2026-03-09', [on('XDYE', day, { cnt }), on('OTHER', day)])
  for (const day of ['2026-03-02', '2026-03-08'])
    for (const order of permutations([first, back(day, -2)])) expect(judge(...order).open).toEqual([])
  expect(judge(first, back('2026-03-02', -1)).open).toMatchObject([{ setl_ids: ['A'], vola_amt: 26_800 }])
  const whole = back('2026-03-02', -2)
  expect(judge(first, whole, voidOf(whole, '2026-03-10 10:00:00')).open).toMatchObject([{ vola_amt: 53_600 }])
  // Of a drug with its service and one without it the latter is meant; and of two services the one that nothing needs.
  const both = bill('A', '2026-03-06', [on('XDYE', '2026-03-02'), on('XDYE', '2026-03-06'), on('SCAN', '2026-03-06')])
  expect(judge(both, back('2026-03-08', -1)).open).toEqual([])
  const scanned = (...more: Wire[]) => bill('A', '2026-03-06', [on('XDYE', '2026-03-02'), on('SCAN', '2026-03-02'), ...more])
  const noScan = bill('B', '2026-03-09', [on('SCAN', '2026-03-08', { cnt: -1 })])
  expect(judge(scanned(on('SCAN', '2026-03-06')), noScan).open).toEqual([])
  for (const order of permutations([scanned(), noScan])) expect(judge(...order).open).toMatchObject([{ setl_ids: ['A'] }])
  // What an open alert would be without is remembered as long as the alert.
  const years = [heartbeat('2028-01-01 00:00:00'), bill('C', '2028-01-02', [on('BED', '2028-01-02')])]
  expect(judge(first, back('2026-03-02', -1), ...years).open).toMatchObject([{ vola_amt: 26_800 }])
})

test('A void retracts, and a void of the service reveals', () => {
  const original = visit([line('XDYE')])
  expect(judge(original, voidOf(original, '2026-09-03 10:00:00')).retracted).toHaveLength(1)
  const scan = visit([line('SCAN')], { setl_id: 'B' })
  expect(judge(original, scan, voidOf(scan, '2026-03-03 10:00:00')).open).toHaveLength(1)
})

test('Where other drugs lack services of their own, the sentence gives what all come to apart from the first’s', () => {
  const other = reference('pair_required', 'other', { code: 'XNUMB', any_of: ['51.2'], within_days: 3 })
  const { open } = judge(other, visit([line('XDYE'), line('XNUMB', { pric: 20.5 })]))
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03-02使用碘海醇注射液，前后1日内无对应诊疗项目，连同另1项，2条明细共288.50元。',
  )
})

test('A service with a local suffix is the service, and needs what the row of its national code needs', () => {
  const [scan, contrast] = ['002102000010000', 'XV08ABD000A001010100001']
  const row = reference('pair_required', 'dye', { code: contrast, any_of: [scan] })
  expect(judge(row, visit([line(contrast), line(`${scan}a1`)])).open).toEqual([])
  expect(judge(row, visit([line(contrast), line('002102000020000a1')])).open).toHaveLength(1)
  // That rows say something of its own code too makes it no other service.
  const own = reference('pair_required', 'other', { code: 'XOTHER', any_of: [`${scan}a1`] })
  expect(judge(row, own, visit([line(contrast), line(`${scan}a1`)])).open).toEqual([])
})

test('A drug that the person pays alone is no matter of the fund; a service is one, whoever pays it', () => {
  const own = { inscp_scp_amt: 0 }
  expect(judge(visit([line('XDYE', own)])).open).toEqual([])
  expect(judge(visit([line('XDYE'), line('SCAN', own)])).open).toEqual([])
})
