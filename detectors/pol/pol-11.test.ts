import { expect, test } from 'vitest'
import { HOSPITAL, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './pol-11.ts'

const CODE = 'ZC01AAA0010101000010'
const SMALL = 'H99010100031'
const small = (row: object = {}) => reference('institution', SMALL, { kind: 'hospital', level: '1', admdvs: '990101', ...row })
const limit = (min_level: string | null = '2') => reference('level_limit', 'l', { code: CODE, min_level })
const given = (fixmedins_code = SMALL, line: object = {}) =>
  settlement({ setl_id: 'S', fixmedins_code, feedetail: [{}, { med_list_codg: CODE, pric: 48, cnt: 2, ...line }] })

test('An item for second-level hospitals, charged by a first-level one, is a violation by the line', () => {
  const { open } = run(detector, [small(), limit(), reference('item', CODE, { name: '注射液(样例)' }), given()])
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', severity: 3, result: 'violation', vola_amt: 9600 },
      ...{ setl_ids: ['S'], lines: [{ feedetl_sn: '2', vola_item_type: 1, vola_amt: 9600 }] },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('注射液(样例)限二级及以上机构，本机构为一级，1条明细共96.00元。')
  expect(detector.explain(open[0]!.evidence, 'en')).toContain('level 2 and above')
})

test('The level itself and those above are paid', () => {
  for (const level of ['2', '3'])
    expect(run(detector, [small({ level }), limit(), given()])).toMatchObject({ open: [], skipped: [] })
  expect(run(detector, [small({ level: '0' }), limit('1'), given()]).open).toHaveLength(1)
  expect(run(detector, [small({ level: '0' }), limit('0'), given()]).open).toEqual([])
})

test('An institution without a level is not judged', () => {
  for (const level of [null, '', '三级'])
    expect(run(detector, [small({ level }), limit(), given()])).toMatchObject({ open: [], skipped: ['REFERENCE_MISSING'] })
  expect(run(detector, [limit(), given()])).toMatchObject({ open: [], skipped: ['REFERENCE_MISSING'] })
  expect(run(detector, [small({ level: '' }), limit(), settlement({ fixmedins_code: SMALL })]).skipped).toEqual([])
})

test('A row without a level limits nothing', () => {
  expect(run(detector, [small(), limit(null), given()])).toMatchObject({ open: [], skipped: [] })
})

test('A prescription filled outside counts for the prescriber’s first institution', () => {
  const doctor = (...institutions: string[]) => reference('doctor', 'D990101000001', { institutions })
  const outside = given('P99010100001', { rx_circ_flag: '1' })
  expect(run(detector, [HOSPITAL, small(), limit(), doctor('H99010100001', SMALL), outside])).toMatchObject({
    ...{ open: [], skipped: [] },
  })
  expect(run(detector, [HOSPITAL, small(), limit(), doctor(SMALL, 'H99010100001'), outside]).open).toMatchObject([
    { evidence: { lines: [{ institution: SMALL, prescriber: true }] } },
  ])
  const { open } = run(detector, [HOSPITAL, small(), limit(), doctor(SMALL), outside])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('开方机构为一级')
  expect(detector.explain(open[0]!.evidence, 'en')).toContain('the prescribing institution has level 1')
})

test('A branch of a medical community is suspected only', () => {
  expect(run(detector, [small({ group_id: 'G1' }), limit(), given()]).open).toMatchObject([{ result: 'suspicion' }])
})

test('What the person pays alone is no matter of the fund', () => {
  expect(run(detector, [small(), limit(), given(SMALL, { inscp_scp_amt: 0 })]).open).toEqual([])
})

test('A void retracts', () => {
  const original = given()
  const { open, retracted } = run(detector, [small(), limit(), original, voidOf(original, '2026-03-02 17:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('A line of its own makes a violation of what a branch may only be suspected of', () => {
  expect(
    detector.explain({ ...detector.example, lines: [{ ...detector.example.lines[0]!, level: '0', min_level: '3' }] }, 'en'),
  ).toContain('is paid at level 3 and above, the institution is unrated')
  expect(
    detector.explain({ ...detector.example, lines: [{ ...detector.example.lines[0]!, level: '0', min_level: '3' }] }, 'zh'),
  ).toContain('限三级及以上机构，本机构为未定级')
})

test('Where other items need another level, the sentence gives what all come to apart from the first’s limit', () => {
  const other = reference('level_limit', 'other', { code: 'OTHER', min_level: '3' })
  const feedetail = [
    { med_list_codg: CODE, pric: 48 },
    { med_list_codg: 'OTHER', pric: 20 },
  ]
  const { open } = run(detector, [small(), limit(), other, settlement({ fixmedins_code: SMALL, feedetail })])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(`${CODE}限二级及以上机构，本机构为一级，连同另1项，2条明细共68.00元。`)
})
