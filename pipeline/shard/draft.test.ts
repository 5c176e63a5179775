import { expect, test } from 'vitest'
import type { Heard, Visit } from '../../detectors/detector.ts'
import { heardIn, toVisit } from '../../detectors/project.ts'
import { ReferenceBook } from '../../detectors/reference.ts'
import { settlement } from '../../detectors/testing/events.ts'
import type { Settlement } from '../../schemas/events.ts'
import { createNormaliser } from '../../schemas/normalise.ts'
import { Draft } from './draft.ts'
import { type Addressed, type Parcel, unpack } from './parcel.ts'
import type { RunningPart } from './parts.ts'
import { TRAIT } from './traits.ts'

const normalise = createNormaliser((value) => value)
const book = new ReferenceBook()
const INHALER = 'XR03ACA003L001010100003'
const sold = (feedetl_sn: string, med_list_codg: string, cnt = 1) => {
  return { feedetl_sn, med_list_codg, list_type: '101', pric: 10, cnt, det_item_fee_sumamt: 10 * cnt }
}
const visit = visitOf({
  feedetail: [sold('1', 'XJ01CAA040E001010100001'), sold('2', INHALER, 3), sold('3', INHALER, -1)],
  drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg: '81000000000000000001' }],
  diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code: 'C34.900' }],
})
const head = { name: 'HEADS@1', part: { reads: 'head' } } as RunningPart
const whole = { name: 'LINES@1', part: {} } as RunningPart

function visitOf(wire: Parameters<typeof settlement>[0]): Visit {
  return toVisit(normalise('settlement', settlement(wire)) as unknown as Settlement, book)
}

function heardOf(kind: Heard['kind'], name = ''): Heard {
  return heardIn(visit).find((heard) => heard.kind === kind && (heard.kind !== 'drugSale' || heard.line.med_list_codg === name))!
}

/** What comes out of a parcel into which this was put. */
function sent(...told: readonly (readonly [RunningPart, Heard])[]) {
  const draft = new Draft()
  for (const [part, heard] of told) draft.address(part, { kind: 'heard', heard, at: visit.setl_time, admdvs: visit.admdvs })
  const parcel = JSON.parse(draft.take({ from: 1, life: 'a', seq: 1, since: null }).toString()) as Parcel
  const known = (settlements: readonly Settlement[] = []) => settlements.map((each) => toVisit(each, book))
  const settlements = { visits: known(parcel.visits), bills: known(parcel.bills) }
  return { parcel, heard: parcel.entries.map((entry) => unpack((entry as Addressed).heard, settlements)) }
}

/** Settlements without what only who has all of them may ask for. */
function withoutLists(heard: Heard): object {
  const bare = ({ feedetail, oprninfo, drug_trac_info, items, knownLines, known, ...rest }: Visit) => rest
  return heard.kind === 'settlement' ? bare(heard) : { ...heard, visit: bare((heard as { visit: Visit }).visit) }
}

test('Whoever reads heads is sent heads, and of a drug or a code its own lines', () => {
  const told = [heardOf('settlement'), heardOf('traceUse'), heardOf('drugSale', INHALER)]
  const { parcel, heard } = sent(...told.map((each) => [each.kind === 'settlement' ? head : whole, each] as const))
  expect(parcel.visits).toEqual([])
  // What remains charged of the line, not what was charged at first.
  expect(parcel.bills!.map(({ feedetail }) => feedetail.map(({ feedetl_sn, cnt }) => [feedetl_sn, cnt]))).toEqual([
    [
      ['1', 1],
      ['2', 2],
    ],
  ])
  expect(heard.map(withoutLists)).toEqual(told.map(withoutLists))
})

test('Where all of a settlement goes along, nothing of it is sent twice', () => {
  const told = [heardOf('settlement'), heardOf('doctorVisit'), heardOf('drugSale', INHALER)]
  const { parcel, heard } = sent([whole, told[0]!], [head, told[0]!], [whole, told[1]!], [whole, told[2]!])
  expect([parcel.visits.length, parcel.bills]).toEqual([1, []])
  expect(parcel.entries.map((entry) => (entry as Addressed).to)).toEqual([[0, 1], [0], [0]])
  expect(heard).toEqual(told)
})

test('Who is sent a head is told what makes the settlement special', () => {
  const { setl_id, setl_time: at } = visit
  const { parcel } = sent([head, heardOf('settlement')])
  expect(parcel.grounds).toEqual([[setl_id, { traits: TRAIT.tumour, at, mdtrt_id: '' }]])
  expect(sent([whole, heardOf('settlement')]).parcel.grounds).toEqual([])
})
