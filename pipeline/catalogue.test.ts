import { expect, test } from 'vitest'
import { findDetectors, selectDetectors, silentOnes } from './catalogue.ts'

test('Lists of detectors are read however they are written, and a misspelt one is named', async () => {
  const all = await findDetectors()
  expect(selectDetectors(all, 'mgt-18, POL-01,').map(({ id }) => id)).toEqual(['MGT-18', 'POL-01'])
  expect(silentOnes(all, 'pol-07')).toEqual(['POL-07'])
  expect(silentOnes(all, '')).toEqual([])
  expect(() => silentOnes(all, 'POL-O7')).toThrow(expect.objectContaining({ code: 'DETECTOR_UNKNOWN' }))
})
