import { expect, test } from 'vitest'
import type { Visit } from '../../detector.ts'
import { isCheckUp } from './check-up.ts'

const visit = (types: string, ...codes: string[]) => {
  const feedetail = types
    .split(' ')
    .map((med_chrgitm_type, i) => ({ med_list_codg: `00${i}`, list_type: '201', med_chrgitm_type }))
  return { feedetail, items: [], diseinfo: codes.map((diag_code) => ({ diag_code })) } as unknown as Visit
}

test('Three different examinations are a package, and two are none unless the diagnosis says that nobody is ill', () => {
  expect(isCheckUp(visit('03 04 04'))).toBe(true)
  expect(isCheckUp(visit('03 04 02'))).toBe(false)
  expect(isCheckUp(visit('03', 'Z00.000'))).toBe(true)
  expect(isCheckUp(visit('03', 'Z13.900'))).toBe(true)
  expect(isCheckUp(visit('03', 'Z14.000', 'J06.900'))).toBe(false)
})

test('The same examination thrice is one, and nobody goes home with medicine', () => {
  const thrice = visit('03 03 03')
  for (const line of thrice.feedetail) Object.assign(line, { med_list_codg: '001' })
  expect(isCheckUp(thrice)).toBe(false)
  const treated = visit('03 04 04', 'Z00.000')
  Object.assign(treated.feedetail[2]!, { list_type: '101' })
  expect(isCheckUp(treated)).toBe(false)
})
