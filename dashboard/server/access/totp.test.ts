import { expect, test } from 'vitest'
import { newTotpSecret, stepOfTotp, totpAt } from './totp.ts'

// RFC 6238, appendix B: the secret is the ASCII text 12345678901234567890; the last six of its eight digits.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_234_567_890, '005924'],
  [20_000_000_000, '353130'],
])('At second %i the standard’s code is %s', (second, code) => {
  expect(totpAt(SECRET, second * 1000)).toBe(code)
})

test('A code is good for its half minute and its neighbours, and once', () => {
  const secret = newTotpSecret()
  const now = 1_700_000_000_000
  const step = stepOfTotp(secret, totpAt(secret, now), now, 0)!
  expect(step).toBe(Math.floor(now / 30_000))
  expect(stepOfTotp(secret, totpAt(secret, now), now, step)).toBeUndefined()
  expect(stepOfTotp(secret, totpAt(secret, now - 30_000), now, 0)).toBe(step - 1)
  expect(stepOfTotp(secret, totpAt(secret, now - 90_000), now, 0)).toBeUndefined()
  expect(stepOfTotp(secret, '12345', now, 0)).toBeUndefined()
})
