import { expect, test } from 'vitest'
import type { Reversal } from '../../detectors/detector.ts'
import { heardIn, toVisit } from '../../detectors/project.ts'
import { ReferenceBook } from '../../detectors/reference.ts'
import { settlement } from '../../detectors/testing/events.ts'
import type { Settlement, Void } from '../../schemas/events.ts'
import { createNormaliser } from '../../schemas/normalise.ts'
import { pack, unpack } from './parcel.ts'

const CODE = 'XJ01CAA040E001010100001'
const normalise = createNormaliser((value) => value)
const sold = (feedetl_sn: string, pric: number) => ({ feedetl_sn, med_list_codg: CODE, list_type: '101', pric, cnt: 1 })
const wire = settlement({
  chfpdr_code: 'D1',
  feedetail: [sold('1', 10), sold('2', 12)],
  drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg: '81000000000000000001' }],
})
const visit = toVisit(normalise('settlement', wire) as unknown as Settlement, new ReferenceBook())

test('What is heard of a settlement comes out of a parcel as it went in, also a drug that has two prices', () => {
  const heard = heardIn(visit)
  expect(heard.map(({ kind }) => kind)).toEqual(['settlement', 'traceUse', 'doctorVisit', 'drugSale', 'drugSale'])
  expect(heard.map((each) => unpack(pack(each, 0), { visits: [visit], bills: [] }))).toEqual(heard)
})

test('A reversal comes out of a parcel as it went in, also that of what nobody has heard', () => {
  const reversal = { setl_id: 'V', orig_setl_id: visit.setl_id } as Void
  const heard: Reversal[] = [
    { kind: 'reversal', reversal, visit },
    { kind: 'reversal', reversal, visit, isUnheard: true },
  ]
  expect(heard.map((each) => unpack(pack(each, 0), { visits: [visit], bills: [] }))).toEqual(heard)
})

test('A sale by an older release, which told no price, is the first of the code', () => {
  const told = { visit: 0, kind: 'drugSale', name: CODE } as const
  expect(unpack(told, { visits: [visit], bills: [] })).toMatchObject({ kind: 'drugSale', line: { feedetl_sn: '1' } })
})
