import { expect, it } from 'vitest'
import { PARAMETERS_ZH } from '../../dashboard/web/words/parameters.ts'
import { findDetectors } from '../../pipeline/catalogue.ts'

it('says of every parameter of every detector what it means, and of no other', async () => {
  const names = (parameters: object) => Object.keys(parameters).sort()
  const known = (await findDetectors()).filter(({ params }) => names(params).length > 0)
  expect(Object.fromEntries(Object.entries(PARAMETERS_ZH).map(([id, words]) => [id, names(words)]))).toEqual(
    Object.fromEntries(known.map(({ id, params }) => [id, names(params)])),
  )
})
