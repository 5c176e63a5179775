import { expect, test } from 'vitest'
import { admission, discharge, HOSPITAL, inpatient, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './mgt-04.ts'

const line = (med_chrgitm_type: string, cnt: number, med_list_codg = `0011090000${med_chrgitm_type}`) => ({
  ...{ med_list_codg, med_chrgitm_type, cnt, pric: 50, fee_ocur_time: '2026-03-02 08:00:00' },
})
const bed = (cnt: number, code?: string) => line('01', cnt, code)
/** Four days: 1 to 5 March. */
const stay = (...lines: LineGiven[]) => inpatient({ setl_id: 'S', mdtrt_id: 'M', feedetail: lines })

test('More bed days than stay days and one is a violation by the share above it', () => {
  const { open } = run(detector, [HOSPITAL, stay(bed(8))])
  expect(open).toMatchObject([
    { subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 2, result: 'violation', vola_amt: 15000, count: 1 },
  ])
  expect(open[0]!.evidence).toMatchObject({ stay_days: 4, overruns: [{ kind: 'bed', charged: 8, allowed: 5 }] })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('住院4天，床位费收费8日，超出部分150.00元。')
})

test('One day more than the stay days is allowed', () => {
  expect(run(detector, [HOSPITAL, stay(bed(5))]).open).toEqual([])
  expect(run(detector, [HOSPITAL, stay(bed(6))]).open).toHaveLength(1)
})

test('All kinds of beds are one sum, and so are ward rounds; nursing is counted level by level', () => {
  expect(run(detector, [HOSPITAL, stay(bed(3, 'B1'), bed(3, 'B2'))]).open).toMatchObject([{ vola_amt: 5000 }])
  expect(run(detector, [HOSPITAL, stay(line('02', 3, 'R1'), line('02', 3, 'R2'))]).open).toMatchObject([
    { evidence: { overruns: [{ kind: 'round' }] } },
  ])
  expect(run(detector, [HOSPITAL, stay(line('07', 3, 'N1'), line('07', 3, 'N2'))]).open).toEqual([])
  expect(run(detector, [HOSPITAL, stay(line('07', 6, 'N1'), line('07', 3, 'N2'))]).open).toMatchObject([
    { vola_amt: 5000, evidence: { overruns: [{ kind: 'nursing', med_list_codg: 'N1', charged: 6 }] } },
  ])
})

test('Nursing by the hour or by the time counts no days', () => {
  for (const unit of ['小时', '次']) {
    expect(run(detector, [HOSPITAL, reference('item', 'N1', { unit }), stay(line('07', 30, 'N1'))]).open).toEqual([])
  }
  expect(run(detector, [HOSPITAL, reference('item', 'N1', { unit: '日' }), stay(line('07', 30, 'N1'))]).open).toHaveLength(1)
})

test('Days count in whatever words the unit says them, and a ward round charged by the time is one a day', () => {
  for (const unit of ['床日', '天', '日'])
    expect(run(detector, [HOSPITAL, reference('item', 'B1', { unit }), stay(bed(6, 'B1'))]).open).toHaveLength(1)
  const round = reference('item', 'R1', { unit: '次' })
  expect(run(detector, [HOSPITAL, round, stay(line('02', 5, 'R1'))]).open).toEqual([])
  expect(run(detector, [HOSPITAL, round, stay(line('02', 6, 'R1'))]).open).toHaveLength(1)
  expect(run(detector, [HOSPITAL, reference('item', 'B1', { unit: '小时' }), stay(bed(90, 'B1'))]).open).toEqual([])
})

test('A day surgery has at least one day', () => {
  const surgery = (cnt: number) =>
    inpatient({ med_type: '28', begntime: '2026-03-05 08:00:00', endtime: '2026-03-05 17:00:00', feedetail: [bed(cnt)] })
  expect(run(detector, [HOSPITAL, surgery(2)]).open).toEqual([])
  expect(run(detector, [HOSPITAL, surgery(3)]).open).toHaveLength(1)
})

test('A province that counts the day of discharge too allows one more', () => {
  const both = { ...detector.params, bed_day_basis: [{ value: 'both' as const, source: 'local' as const }] }
  expect(run({ ...detector, params: both }, [HOSPITAL, stay(bed(6))]).open).toEqual([])
  expect(run({ ...detector, params: both }, [HOSPITAL, stay(bed(7))]).open).toHaveLength(1)
})

test('Outpatients have no stay, and a stay of which no dates are known is not judged', () => {
  expect(run(detector, [HOSPITAL, settlement({ feedetail: [bed(30)] })])).toMatchObject({ open: [], skipped: [] })
  const undated = inpatient({ begntime: '', endtime: '', feedetail: [bed(30)] })
  expect(run(detector, [HOSPITAL, undated])).toMatchObject({ open: [], skipped: ['INPUT_MISSING'] })
  expect(run(detector, [HOSPITAL, admission({ mdtrt_id: 'M' })]).skipped).toEqual([])
})

test('Stays without a number are stays of their own; a discharge after the bill leaves the bill at fault', () => {
  const bill = (setl_id: string) => ({ ...stay(bed(4)), setl_id, mdtrt_id: '' })
  expect(run(detector, [HOSPITAL, bill('S'), bill('T')]).open).toEqual([])
  const left = discharge({ mdtrt_id: 'M', endtime: '2026-03-05 18:00:00' })
  expect(run(detector, [HOSPITAL, stay(bed(8)), left]).open).toMatchObject([{ subject: { id: 'S' }, setl_ids: ['S'] }])
})

test('A stay that goes on is judged when its end is known, over all of its settlements', () => {
  const first = inpatient({
    setl_id: 'S1',
    mdtrt_id: 'M',
    mid_setl_flag: '1',
    setl_time: '2026-03-04 10:00:00',
    feedetail: [bed(4)],
  })
  const last = inpatient({ setl_id: 'S2', mdtrt_id: 'M', feedetail: [bed(4)] })
  expect(run(detector, [HOSPITAL, first])).toMatchObject({ open: [], skipped: [] })
  for (const order of permutations([first, last])) {
    expect(run(detector, [HOSPITAL, ...order]).open).toMatchObject([
      {
        subject: { id: 'S2' },
        setl_ids: ['S1', 'S2'],
        vola_amt: 15000,
        lines: [{ setl_id: 'S1', vola_amt: 0 }, { vola_amt: 15000 }],
      },
    ])
  }
})

test('Admission and discharge know the days better than the settlement, however late they come', () => {
  const events = [
    admission({ mdtrt_id: 'M', begntime: '2026-02-26 09:00:00' }),
    discharge({ mdtrt_id: 'M', endtime: '2026-03-05 10:00:00' }),
    stay(bed(8)),
  ]
  for (const order of permutations(events)) expect(run(detector, [HOSPITAL, ...order]).open).toEqual([])
  expect(
    run(detector, [
      HOSPITAL,
      ...events,
      discharge({ mdtrt_id: 'M', endtime: '2026-03-01 10:00:00', ingest_time: '2026-03-06 10:00:00' }),
    ]).open,
  ).toHaveLength(1)
})

test('A negative line nets against the same code', () => {
  expect(run(detector, [HOSPITAL, stay(bed(8), bed(-3))]).open).toEqual([])
  expect(run(detector, [HOSPITAL, stay(bed(8), bed(-2))]).open).toMatchObject([{ vola_amt: 5000, lines: [{ feedetl_sn: '1' }] }])
})

test('What the patient pays alone, such as a companion’s bed, is no day of the fund', () => {
  expect(run(detector, [HOSPITAL, stay(bed(4), { ...bed(4, 'B2'), inscp_scp_amt: 0 })]).open).toEqual([])
  expect(run(detector, [HOSPITAL, stay(bed(4), { ...bed(4, 'B2'), inscp_scp_amt: 1 })]).open).toHaveLength(1)
})

test('A newborn lies and is nursed on its mother’s bill: its days are its own', () => {
  const birth = (...lines: LineGiven[]) => inpatient({ med_type: '52', gend: '2', feedetail: lines })
  const child = reference('item', 'B9', { name: '新生儿床位费' })
  const newborn = reference('age_limit', 'x', { code: 'B8', max_days: 28 })
  const judge = (given: ReturnType<typeof birth>) => run(detector, [HOSPITAL, child, newborn, given]).open
  expect(judge(birth(bed(4, 'B1'), bed(4, 'B9'), line('02', 4, 'R1'), line('02', 4, 'B8')))).toEqual([])
  expect(judge(birth(bed(6, 'B1'), bed(4, 'B9')))).toMatchObject([{ vola_amt: 5000 }])
  expect(judge(stay(bed(4, 'B1'), bed(4, 'B9')))).toHaveLength(1)
})

test('A void retracts', () => {
  const original = stay(bed(8))
  const { open, retracted } = run(detector, [HOSPITAL, original, voidOf(original, '2026-03-06 10:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('What several fees come to is not said of the first alone', () => {
  const { evidence } = run(detector, [HOSPITAL, stay(bed(8), line('07', 6), line('02', 7))]).open[0]!
  expect(evidence.overruns).toHaveLength(3)
  expect(detector.explain(evidence, 'zh')).toBe('住院4天，床位费收费8日，连同另2项，超出部分300.00元。')
  expect(detector.explain(evidence, 'en')).toBe(
    'A stay of 4 days was charged 8 days of bed fees: with 2 other items, 300.00 yuan too much.',
  )
})

test('A later bill takes back what an earlier one of the stay charged too much', () => {
  const first = inpatient({
    ...{ setl_id: 'S1', mdtrt_id: 'M', begntime: '2026-03-01 09:00:00', endtime: '2026-03-04 10:00:00', mid_setl_flag: '1' },
    ...{ setl_time: '2026-03-04 10:00:00', feedetail: [bed(6)] },
  })
  const last = (...lines: LineGiven[]) => inpatient({ setl_id: 'S2', mdtrt_id: 'M', feedetail: lines })
  for (const order of permutations([first, last(bed(1), bed(-3))])) expect(run(detector, [HOSPITAL, ...order]).open).toEqual([])
  expect(run(detector, [HOSPITAL, first, last(bed(2), bed(-3))]).open).toEqual([])
  expect(run(detector, [HOSPITAL, first, last(bed(3), bed(-3))]).open).toMatchObject([{ vola_amt: 5000 }])
  // A line that is taken back wholly is no part of what is too much.
  const twoLines = { ...first, feedetail: stay(bed(7), bed(1)).feedetail }
  expect(run(detector, [HOSPITAL, twoLines, last(bed(-1))]).open).toMatchObject([
    { vola_amt: 10000, lines: [{ feedetl_sn: '1' }] },
  ])
  // Nine days charged and two taken back: two too many.
  for (const order of permutations([first, last(bed(3, 'B1'), bed(-2, 'B2'))]))
    expect(run(detector, [HOSPITAL, ...order]).open).toMatchObject([
      { vola_amt: 10000, evidence: { overruns: [{ charged: 7, allowed: 5 }] } },
    ])
})

test('A level of nursing is one, whatever local suffix its code has', () => {
  const nursing = (cnt: number, suffix = '') => line('07', cnt, `001201000030000${suffix}`)
  expect(run(detector, [HOSPITAL, stay(nursing(3), nursing(2, '-1'))]).open).toEqual([])
  expect(run(detector, [HOSPITAL, stay(nursing(3), nursing(4, '-1'))]).open).toMatchObject([
    { vola_amt: 10000, evidence: { overruns: [{ med_list_codg: '001201000030000', charged: 7, allowed: 5 }] } },
  ])
  expect(run(detector, [HOSPITAL, stay(nursing(3), line('07', 4, '001201000040000'))]).open).toEqual([])
})
