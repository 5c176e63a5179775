import { expect, test } from 'vitest'
import { FundwatchError } from '../../schemas/errors.ts'
import { patiently } from './retry.ts'

const policy = { attempts: 3, firstWaitMs: 0 }
const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })

/** Fails with each of these in turn, then answers with the number of calls. */
function failing(...causes: Error[]): () => Promise<number> {
  let calls = 0
  return async () => {
    const cause = causes[calls++]
    if (cause) throw cause
    return calls
  }
}

test.each([lost, new Error('Timeout error.'), new Error('Code: 252. DB::Exception: Too many parts')])(
  'What passes by itself is tried again: %s',
  async (cause) => {
    expect(await patiently(failing(cause, cause), policy)).toBe(3)
  },
)

test('The last attempt is the last', async () => {
  await expect(patiently(failing(lost, lost, lost), policy)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE', cause: lost })
})

test.each([
  new Error('Code: 62. DB::Exception: Syntax error'),
  Object.assign(new Error('Unknown column timeout'), { code: '47' }),
])('A refusal is not tried again: %s', async (refusal) => {
  await expect(patiently(failing(refusal), policy)).rejects.toMatchObject({ code: 'STORE_REFUSED', cause: refusal })
})

test('An error that has its name keeps it', async () => {
  const named = new FundwatchError('SCHEMA_NEWER', 'too new')
  await expect(patiently(failing(named), policy)).rejects.toBe(named)
})

test('Who refuses and says nothing is told so', async () => {
  await expect(patiently(failing(new Error('')), policy)).rejects.toThrow('The store refused: it does not say why')
})
