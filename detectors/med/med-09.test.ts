import { describe, expect, test } from 'vitest'
import { heartbeat, inpatient, reference, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './med-09.ts'

const drg = (code: string, weight: number, mean_cost: number) => reference('drg', code, { weight, mean_cost })
const KNOWN = [
  ...[drg('ES31', 1.44, 14_200), drg('ES33', 1.2, 10_000), drg('ES35', 0.8, 7000)],
  reference('code_cc', 'mcc', { code: 'J96', severity: 'MCC', excluded: ['J44'] }),
  reference('code_cc', 'cc', { code: 'E11', severity: 'CC' }),
  reference('diag_support', 'lung', { code: 'J96', any_of: ['VENT', 'GAS'] }),
]
const diagnoses = (...codes: string[]) => ({
  diseinfo: codes.map((diag_code, i) => ({ diag_type: '1', maindiag_flag: i === 0 ? '1' : '0', diag_code })),
})
const stay = (...more: Wire[]) =>
  inpatient(
    Object.assign(
      {
        setl_id: 'S',
        mdtrt_id: 'M',
        drg_code: 'ES31',
        ...diagnoses('J18.900', 'J96.900'),
        feedetail: [{ med_list_codg: 'BED' }],
      },
      ...more,
    ),
  )
const judge = (...events: Wire[]) => run(detector, [...KNOWN, ...events])

describe('A stay', () => {
  test('in a dearer group for a complication that nothing charged speaks for is a suspicion by the difference', () => {
    const { open } = judge(stay())
    expect(open).toMatchObject([
      {
        ...{
          subject: { type: 'settlement', id: 'S' },
          bucket: '',
          severity: 2,
          result: 'suspicion',
          vola_amt: 420_000,
          setl_ids: ['S'],
        },
        evidence: { kind: 'visit', drg_code: 'ES31', expected_drg: 'ES33', value: 1.44, compared_with: 1.2, loss: 4200 },
      },
    ])
    expect(open[0]!.evidence.unsupported).toEqual([{ diag_code: 'J96.900', level: 'MCC', missing: ['VENT', 'GAS'] }])
    expect(detector.explain(open[0]!.evidence, 'zh')).toContain('入组ES31(权重1.44)，J96.900无支持收费，应入ES33')
  })

  test('whose complication was treated, in whichever settlement, is none', () => {
    expect(judge(stay({ feedetail: [{ med_list_codg: 'GAS' }] })).open).toEqual([])
    const mid = stay({
      setl_id: 'MID',
      mid_setl_flag: '1',
      drg_code: '',
      setl_time: '2026-03-03 10:00:00',
      feedetail: [{ med_list_codg: 'VENT' }],
    })
    for (const order of permutations([mid, stay()])) expect(judge(...order).open).toEqual([])
    const bare = { ...mid, ...stay({ setl_id: 'MID', mid_setl_flag: '1', drg_code: '', setl_time: '2026-03-03 10:00:00' }) }
    for (const order of permutations([bare, stay()])) expect(judge(...order).open).toHaveLength(1)
  })

  test('in a group hardly heavier than the next one is not judged', () => {
    expect(judge(drg('ES33', 1.201, 10_000), stay()).open).toEqual([])
    expect(judge(drg('ES33', 1.3, 10_000), drg('ES35', 0.7, 7000), stay()).open).toEqual([])
  })

  test('in the lowest group, or alone in its ADRG, has nothing to fall to', () => {
    expect(judge(stay({ drg_code: 'ES35' })).open).toEqual([])
    expect(judge(drg('FR11', 2, 9000), stay({ drg_code: 'FR11' })).open).toEqual([])
  })

  test('with another complication that nobody says how to see is carried by it', () => {
    expect(
      judge(reference('code_cc', 'cc', { code: 'E11', severity: 'MCC' }), stay(diagnoses('J18.900', 'J96.900', 'E11.900'))).open,
    ).toEqual([])
    // A lesser one does not make a group with MCC, unless no other can have made it.
    expect(judge(stay(diagnoses('J18.900', 'J96.900', 'E11.900'))).open).toHaveLength(1)
    expect(judge(stay(diagnoses('J18.900', 'E11.900'))).open).toEqual([])
  })

  test('whose complication belongs to the main disease, or is not known, is not judged', () => {
    expect(judge(stay(diagnoses('J44.100', 'J96.900'))).skipped).toContain('REFERENCE_MISSING')
    expect(judge(stay(diagnoses('J18.900', 'I10.x00'))).skipped).toContain('REFERENCE_MISSING')
    expect(judge(stay({ drg_code: 'ZZ11' })).skipped).toContain('REFERENCE_MISSING')
  })

  test('with a complication that everybody knows is judged by the names of its items where no row speaks of it', () => {
    const groups = [drg('ES31', 1.44, 14_200), drg('ES33', 1.2, 10_000)]
    const items = [
      ...[reference('item', 'BED', { name: '普通病房床位费' }), reference('item', 'O2', { name: '吸氧' })],
      ...[reference('item', 'GROWN', { name: '血培养' }), reference('item', 'XJ01DD', { name: '头孢曲松', list_type: '101' })],
    ]
    const judged = (diagnosis: string, ...codes: string[]) => {
      const feedetail = ['BED', ...codes].map((med_list_codg) => ({ med_list_codg, list_type: '' }))
      return run(detector, [...groups, ...items, stay(diagnoses('J18.900', diagnosis), { feedetail })]).open
    }
    expect(judged('J96.900')).toMatchObject([{ evidence: { unsupported: [{ missing: ['呼吸机', '通气', '氧', '血气'] }] } }])
    expect(judged('J96.900', 'O2')).toEqual([])
    expect(judged('J96.900', 'GROWN')).toHaveLength(1)
    expect(judged('A41.900')).toHaveLength(1)
    for (const code of ['GROWN', 'XJ01DD']) expect(judged('A41.900', code)).toEqual([])
    // Somebody without a name may have treated it.
    expect(judged('J96.900', 'NAMELESS')).toEqual([])
    expect(judged('I10.x00')).toEqual([])
  })

  test('in a group with a local ending falls to one with the same ending', () => {
    const local = [drg('ES31A', 1.44, 14_200), drg('ES33A', 1.2, 10_000)]
    expect(judge(...local, stay({ drg_code: 'ES31A' })).open).toMatchObject([{ evidence: { expected_drg: 'ES33A' } }])
  })

  test('that is voided retracts', () => {
    const original = stay()
    expect(judge(original, voidOf(original, '2027-03-06 10:00:00')).retracted).toHaveLength(1)
  })
})

describe('An institution', () => {
  const place = { kind: 'hospital', level: '3', admdvs: '990101' }
  const HOSPITALS = ['H1', 'H2', 'H3', 'H4'].map((code) => reference('institution', code, place))
  /** So many stays of a month, of which so many with MCC; treated, so that no stay is found by itself. */
  const month = (hospital: string, day: string, stays: number, mcc: number, heavy = 'ES31') =>
    Array.from({ length: stays }, (_, i) =>
      stay({
        ...{ setl_id: `${hospital}-${day}-${i}`, mdtrt_id: `${hospital}-${day}-${i}`, psn_no: `Q${i}`, fixmedins_code: hospital },
        ...{ setl_time: `${day} 10:00:00`, drg_code: i < mcc ? heavy : 'ES35', feedetail: [{ med_list_codg: 'VENT' }] },
      }),
    )
  const months = (of: (hospital: string, month: string) => Wire[]) =>
    ['2026-04-10', '2026-05-10', '2026-06-10'].flatMap((day) => ['H1', 'H2', 'H3', 'H4'].flatMap((hospital) => of(hospital, day)))
  const told = (events: readonly Wire[]) =>
    run(detector, [...KNOWN, ...HOSPITALS, ...events, heartbeat('2026-07-20 00:00:00')], { history_from: '2026-04-01' }).open

  test('with a share of MCC above its peers for three months is a suspicion', () => {
    const open = told(months((hospital, day) => month(hospital, day, 20, hospital === 'H1' ? 15 : 2)))
    expect(open).toMatchObject([
      {
        ...{ subject: { type: 'institution', id: 'H1' }, bucket: '2026-06|ES3', severity: 2, result: 'suspicion', vola_amt: 0 },
        evidence: { kind: 'mcc_share', drg_code: 'ES3', value: 0.75, compared_with: 0.1 },
      },
    ])
    expect(open[0]!.setl_ids).toHaveLength(15)
    expect(open[0]!.evidence.months.map(({ month }: { month: string }) => month)).toEqual(['2026-04', '2026-05', '2026-06'])
    expect(detector.explain(open[0]!.evidence, 'zh')).toContain('连续3个月')
  })

  test('that was like its peers in one of them is none, nor one of few stays', () => {
    const usual = (hospital: string, day: string) => month(hospital, day, 20, hospital === 'H1' && day !== '2026-05-10' ? 15 : 2)
    expect(told(months(usual))).toEqual([])
    expect(told(months((hospital, day) => month(hospital, day, 9, hospital === 'H1' ? 8 : 1)))).toEqual([])
  })

  test('that is exactly at the limit of its peers is none', () => {
    // Median 0.34, median deviation 0.02.
    const shares: Readonly<Record<string, number>> = { H1: 40, H2: 31, H3: 33, H4: 35 }
    const at = (own: number) =>
      told(months((hospital, day) => month(hospital, day, 100, hospital === 'H1' ? own : shares[hospital]!)))
    expect([at(40).length, at(41).length]).toEqual([0, 1])
  })

  test('needs three peers, itself among them', () => {
    const among = (...hospitals: string[]) =>
      told(months((hospital, day) => (hospitals.includes(hospital) ? month(hospital, day, 20, hospital === 'H1' ? 15 : 2) : [])))
        .length
    expect([among('H1', 'H2', 'H3'), among('H1', 'H2')]).toEqual([1, 0])
  })

  test('needs three months, and ten stays of the group in each', () => {
    const since = (first: string, stays: number) =>
      told(months((hospital, day) => month(hospital, day, stays, hospital === 'H1' && day >= first ? stays - 2 : 1))).length
    expect([since('2026-04-10', 10), since('2026-05-10', 10), since('2026-04-10', 9)]).toEqual([1, 0, 0])
    // A code that says nothing of complications makes no tenth.
    const tenth = (hospital: string, day: string, drg_code: string) =>
      stay({
        setl_id: `${hospital}${day}`,
        mdtrt_id: `${hospital}${day}`,
        fixmedins_code: hospital,
        setl_time: `${day} 11:00:00`,
        drg_code,
      })
    const ten = (drg_code: string) =>
      told(months((hospital, day) => [...month(hospital, day, 9, hospital === 'H1' ? 8 : 1), tenth(hospital, day, drg_code)]))
    expect([ten('ES35').length, ten('ES3').length]).toEqual([1, 0])
  })

  test('whose case-mix index jumps within a month is a suspicion', () => {
    const cases = (mcc: number) =>
      told([...month('H1', '2026-04-10', 40, 0), ...month('H1', '2026-05-10', 40, mcc)]).map(({ bucket }) => bucket)
    // 0.8 before; 0.8 + 0.64 * mcc / 40 after: 15 % more from 8 on.
    expect(cases(7)).toEqual([])
    expect(cases(8)).toEqual(['2026-05|case-mix'])
    const finer = (mcc: number) => told([...month('H1', '2026-04-10', 100, 0), ...month('H1', '2026-05-10', 100, mcc)]).length
    expect([finer(18), finer(19)]).toEqual([0, 1])
    // From 0.8 to 0.92 it is 15 % exactly.
    const exact = (mcc: number) => told([...month('H1', '2026-04-10', 80, 0), ...month('H1', '2026-05-10', 80, mcc)]).length
    expect([exact(15), exact(16)]).toEqual([0, 1])
    expect(told([...month('H1', '2026-04-10', 29, 0), ...month('H1', '2026-05-10', 40, 20)])).toEqual([])
  })

  test('whose cases differ as much as the index grows has none that chance does not explain', () => {
    const cases = (before: number, after: number) =>
      told([...month('H1', '2026-04-10', 30, before), ...month('H1', '2026-05-10', 30, after)]).map(({ bucket }) => bucket)
    // From 0.97 to 1.12, 15.4 % more, or to 1.14, 17.6 %, where the error of the difference is 0.08.
    expect(cases(8, 15)).toEqual([])
    expect(cases(8, 16)).toEqual(['2026-05|case-mix'])
  })
})
