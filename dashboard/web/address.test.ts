import { expect, it } from 'vitest'
import { filterOf, readAddress, writeAddress } from './address.ts'

it('reads what it writes', () => {
  const address = { language: 'en', severity: [1, 2], detectors: ['MGT-18'], alert: 'a'.repeat(32) } as const
  expect(readAddress(writeAddress(address))).toEqual(address)
  expect(writeAddress(address)).toBe(`?lang=en&severity=1,2&detector_id=MGT-18&alert=${'a'.repeat(32)}`)
})

it('leaves out what makes no sense', () => {
  const address = readAddress('?lang=fr&severity=1,9,x&detector_id=../x,POL-01&alert=nonsense')
  expect(address).toEqual({ language: 'zh', severity: [1], detectors: ['POL-01'], alert: '' })
})

it('asks for nothing where nothing is chosen', () => {
  expect(filterOf(readAddress(''))).toEqual({})
  expect(filterOf(readAddress('?severity=2'))).toEqual({ severity: [2] })
})

it('prefers the language of the address to the remembered one', () => {
  expect(readAddress('', 'en').language).toBe('en')
  expect(readAddress('?lang=zh', 'en').language).toBe('zh')
})
