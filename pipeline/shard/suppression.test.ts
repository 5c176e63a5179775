import { expect, test } from 'vitest'
import { discharge, inpatient, reference, settlement } from '../../detectors/testing/events.ts'
import type { Alert } from '../../schemas/alert.ts'
import { accusingEach, accusingPersons } from '../testing/plain-detector.ts'
import { runShard } from '../testing/shard-run.ts'
import { ledgerOf } from '../verify/ledger.ts'
import { SILENCES } from './suppression.ts'

const lines = (...wires: object[]) => wires.map((wire) => JSON.stringify(wire))
const diagnosed = (...codes: string[]) => ({
  diseinfo: codes.map((diag_code, i) => ({ diag_type: '1', maindiag_flag: i === 0 ? '1' : '0', diag_code })),
})
const fates = (alerts: Iterable<Alert>) => [...alerts].map(({ disposition, silence_reason }) => [disposition, silence_reason])

async function fatesOf(detector: Parameters<typeof runShard>[0][number], ...events: object[]) {
  const { alerts } = await runShard([detector], lines(...events))
  return fates([...alerts.values()].filter(({ status }) => status === 'open'))
}

test('Nothing silences policy rules, suspended institutions, repeated trace codes, the dead, and MED-03', () => {
  const silenced = Object.values(SILENCES).flat()
  expect(silenced.filter((id) => id.startsWith('POL'))).toEqual([])
  for (const id of ['MGT-16', 'MGT-18', 'MGT-22', 'MED-03']) expect(silenced).not.toContain(id)
})

test('A chemotherapy session explains a second stay; an ordinary one does not', async () => {
  const stay = (mdtrt_id: string, day: number, ...codes: string[]) =>
    inpatient({ mdtrt_id, setl_time: `2026-03-${day} 10:00:00`, ...diagnosed(...codes) })
  const silenced = await fatesOf(accusingPersons('MGT-05', 2), stay('M1', 11, 'C34.9'), stay('M2', 18, 'Z51.1', 'C34.9'))
  expect(silenced).toEqual([['suppressed', 'CHEMO_RADIOTHERAPY']])
  expect(await fatesOf(accusingPersons('MGT-05', 2), stay('M1', 11, 'J18.9'), stay('M2', 18, 'J18.9'))).toEqual([['alert', '']])
})

test('Visits for a tumour are explained by equal pauses between them, and not by the diagnosis alone', async () => {
  const visits = (...days: number[]) =>
    days.map((day) => settlement({ setl_time: `2026-03-${String(day).padStart(2, '0')} 10:00:00`, ...diagnosed('C50.9') }))
  expect(await fatesOf(accusingPersons('MGT-09', 4), ...visits(1, 8, 16, 22))).toEqual([['suppressed', 'CHEMO_RADIOTHERAPY']])
  expect(await fatesOf(accusingPersons('MGT-09', 4), ...visits(1, 2, 16, 22))).toEqual([['alert', '']])
  // One was late.
  expect(await fatesOf(accusingPersons('MGT-09', 5), ...visits(1, 7, 13, 23, 29))).toEqual([['suppressed', 'CHEMO_RADIOTHERAPY']])
  expect(await fatesOf(accusingPersons('MGT-09', 5), ...visits(1, 7, 13, 27, 29))).toEqual([['alert', '']])
})

test('Kidney disease explains many visits only where there was dialysis', async () => {
  const item = reference('item', 'HD', { name: '血液透析', tags: ['hemodialysis'] })
  const visit = (code: string) => settlement({ ...diagnosed('N18.5'), feedetail: [{ med_list_codg: code }] })
  const dialysed = [item, visit('HD'), visit('HD'), settlement({}), settlement({})]
  expect(await fatesOf(accusingPersons('MGT-11', 4), ...dialysed)).toEqual([['suppressed', 'DIALYSIS']])
  expect(await fatesOf(accusingPersons('MGT-11', 2), item, visit('OTHER'), visit('OTHER'))).toEqual([['alert', '']])
})

test('A planned readmission that the discharge tells of late silences what was an alert, in whichever order they come', async () => {
  const first = inpatient({ mdtrt_id: 'M1', setl_time: '2026-03-05 10:00:00' })
  const second = inpatient({ mdtrt_id: 'M2', setl_time: '2026-03-07 10:00:00' })
  const planned = discharge({ mdtrt_id: 'M1', days_rinp_flag_31: '1' })
  for (const events of [
    [first, second, planned],
    [planned, first, second],
    [first, planned, second],
  ])
    expect(await fatesOf(accusingPersons('MGT-05', 2), ...events)).toEqual([['suppressed', 'TRANSFER_OR_PLANNED']])
  const later = discharge({ mdtrt_id: 'M2', dscg_way: '2', endtime: '2026-03-07 10:00:00' })
  expect(await fatesOf(accusingPersons('MGT-05', 2), first, second, later)).toEqual([['alert', '']])
})

test('A newborn’s diagnosis on its mother’s record is no fault; on a man’s it is', async () => {
  const fates = (event: typeof settlement, more: object) =>
    fatesOf(accusingEach('MGT-13'), event({ ...diagnosed('P07.300'), brdy: '1996-02-03', ...more }))
  const silenced = [['suppressed', 'NEWBORN_WITH_MOTHER']]
  expect(await fates(inpatient, { gend: '2' })).toEqual(silenced)
  expect(await fates(inpatient, { gend: '1' })).toEqual([['alert', '']])
  // Out of hospital something must tell that there is a newborn.
  for (const more of [{ psn_type: '1401' }, { med_type: '51' }])
    expect(await fates(settlement, { gend: '2', ...more })).toEqual(silenced)
  expect(await fates(settlement, { gend: '2' })).toEqual([['alert', '']])
})

test('So is one that stands beside the mother’s own, where she gave birth', async () => {
  const beside = (first: string, more: object = {}) =>
    fatesOf(accusingEach('MGT-13'), settlement({ gend: '2', brdy: '1996-02-03', ...diagnosed(first, 'P59.900'), ...more }))
  const silenced = [['suppressed', 'NEWBORN_WITH_MOTHER']]
  expect(await beside('O80.000')).toEqual(silenced)
  expect(await beside('Z37.000')).toEqual(silenced)
  expect(await beside('J06.900', { med_type: '52' })).toEqual(silenced)
  expect(await beside('J06.900')).toEqual([['alert', '']])
  expect(await beside('O80.000', { brdy: '1950-02-03' })).toEqual([['alert', '']])
})

test('So is one of male organs where she gave birth: it is that of the boy', async () => {
  const beside = (first: string) =>
    fatesOf(accusingEach('MGT-13'), settlement({ gend: '2', brdy: '1996-02-03', ...diagnosed(first, 'N47.x00') }))
  expect(await beside('O80.000')).toEqual([['suppressed', 'NEWBORN_WITH_MOTHER']])
  expect(await beside('J06.900')).toEqual([['alert', '']])
})

test('A case that is reviewed on its own is not judged again', async () => {
  expect(await fatesOf(accusingEach('FND-07'), settlement({ spec_case_flag: '1' }))).toEqual([['suppressed', 'SPECIAL_CASE']])
})

test('An emergency silences surges in its region while it lasts', async () => {
  const emergency = reference('emergency', 'e1', { name: '示例应急响应', admdvs: '9901', from: '2026-03-01', to: '2026-03-10' })
  const at = (day: string, mdtrt_admdvs: string) => settlement({ setl_time: `2026-03-${day} 10:00:00`, mdtrt_admdvs })
  const events = [emergency, at('02', '990101'), at('02', '990201'), at('12', '990101')]
  expect(await fatesOf(accusingEach('ANO-13'), ...events)).toEqual([
    ['suppressed', 'EMERGENCY'],
    ['alert', ''],
    ['alert', ''],
  ])
})

test('An exception and a snooze silence a subject as long as they last, each under its own name', async () => {
  const row = {
    detector_id: 'MGT-11',
    subject_type: 'person',
    subject_id: 'P1',
    from: '2026-03-01',
    to: '2026-03-10',
    reason: 'known',
  }
  const exception = reference('exception', 'e1', row)
  const snooze = reference('exception', 'e2', { ...row, kind: 'snooze', to: '2026-03-20' })
  const on = (day: string) => settlement({ setl_time: `2026-03-${day} 10:00:00` })
  const watch = accusingPersons('MGT-11', 1)
  expect(await fatesOf(watch, exception, snooze, on('05'))).toEqual([['excepted', 'known']])
  expect(await fatesOf(watch, exception, snooze, on('15'))).toEqual([['snoozed', 'known']])
  expect(await fatesOf(watch, exception, snooze, on('25'))).toEqual([['alert', '']])
})

test('What is granted to an institution or a person holds for their settlements, and for no finding on anybody else', async () => {
  const granted = (subject_type: string, subject_id: string) =>
    reference('exception', 'e1', { detector_id: 'POL-01', subject_type, subject_id, reason: 'known' })
  const sale = settlement({ psn_no: 'P1', fixmedins_code: 'H1' })
  const excepted = [['excepted', 'known']]
  expect(await fatesOf(accusingEach('POL-01'), granted('institution', 'H1'), sale)).toEqual(excepted)
  expect(await fatesOf(accusingEach('POL-01'), granted('person', 'P1'), sale)).toEqual(excepted)
  expect(await fatesOf(accusingEach('POL-01'), granted('institution', 'H2'), sale)).toEqual([['alert', '']])
  expect(await fatesOf(accusingEach('POL-01'), granted('person', 'H1'), sale)).toEqual([['alert', '']])
  const elsewhere = reference('exception', 'e1', { detector_id: 'MGT-11', subject_type: 'institution', subject_id: 'H1' })
  expect(await fatesOf(accusingPersons('MGT-11', 1), elsewhere, sale)).toEqual([['alert', '']])
})

test('Silencing moves matches within the ledger and never changes how many there are', async () => {
  const detectors = [accusingEach('MGT-13'), accusingPersons('MGT-11', 1), accusingEach('ANO-13'), accusingEach('POL-01')]
  const events = [1, 2, 3].map((n) =>
    settlement({
      psn_no: `P${n}`,
      gend: '2',
      brdy: '1996-02-03',
      psn_type: '1401',
      ...diagnosed('P07.300'),
      mdtrt_admdvs: `9901${n}0`,
    }),
  )
  const silencers = [
    reference('emergency', 'e', { admdvs: '990110' }),
    reference('exception', 'x', { detector_id: 'MGT-11', subject_type: 'person', subject_id: 'P1' }),
    reference('exception', 's', { detector_id: 'MGT-11', subject_type: 'person', subject_id: 'P2', kind: 'snooze' }),
  ]
  const loud = ledgerOf((await runShard(detectors, lines(...events))).alerts.values())
  const quiet = ledgerOf((await runShard(detectors, lines(...silencers, ...events), { shadow: ['POL-01'] })).alerts.values())
  const matches = (rows: typeof loud) => rows.map(({ detector_id, day, matches }) => [detector_id, day, matches])
  expect(matches(quiet)).toEqual(matches(loud))
  for (const row of quiet)
    expect(row.matches).toBe(row.alerts + row.folded + row.snoozed + row.excepted + row.suppressed + row.shadowed)
  expect(quiet).toMatchObject([
    { detector_id: 'ANO-13', alerts: 2, suppressed: 1, reasons: { EMERGENCY: 1 } },
    { detector_id: 'MGT-11', alerts: 1, excepted: 1, snoozed: 1 },
    { detector_id: 'MGT-13', suppressed: 3, reasons: { NEWBORN_WITH_MOTHER: 3 } },
    { detector_id: 'POL-01', shadowed: 3 },
  ])
})
