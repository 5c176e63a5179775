import { expect, test } from 'vitest'
import { TALLY_FORM, type Tally } from './fnd-03.form.ts'

const throughJson = (tally: Tally) => TALLY_FORM.unpack(JSON.parse(JSON.stringify(TALLY_FORM.pack(tally))))

test('Stays with one bill, with several and with none come back as they were', () => {
  const [one, two, none] = [
    { mdtrt_id: 'M1', bills: [['S1', 1_772_416_800]] },
    {
      mdtrt_id: 'M2',
      bills: [
        ['S2', 1_772_416_800],
        ['S3', 1_772_503_200],
      ],
    },
    { mdtrt_id: 'M3', bills: [] },
  ] as const
  const persons = { P1: [one], P2: [two, one], P3: [none, two], P4: [one, none, none], 7: [one] }
  expect(throughJson({ discharges: 9, persons })).toEqual({ discharges: 9, persons })
  expect(throughJson({ discharges: 0, persons: {} })).toEqual({ discharges: 0, persons: {} })
})

test('A stay with one bill is three names and a time', () => {
  const persons = { P1: [{ mdtrt_id: 'M1', bills: [['S1', 7] as const] }] }
  expect(JSON.stringify(TALLY_FORM.pack({ discharges: 1, persons }))).toBe('[1,["P1","M1","S1",7]]')
})
