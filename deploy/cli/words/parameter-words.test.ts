import { expect, it } from 'vitest'
import { PARAMETERS_ZH, parameterField } from '../../../dashboard/web/words/parameters.ts'
import { findDetectors } from '../../../pipeline/catalogue.ts'

it('says of every parameter of every detector what it means, and of no other', async () => {
  const names = (parameters: object) => Object.keys(parameters).sort()
  const known = (await findDetectors()).filter(({ params }) => names(params).length > 0)
  expect(Object.fromEntries(Object.entries(PARAMETERS_ZH).map(([id, words]) => [id, names(words)]))).toEqual(
    Object.fromEntries(known.map(({ id, params }) => [id, names(params)])),
  )
})

it('calls the fields of a parameter that is made of rows by their names', async () => {
  const fields = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(fields)
    return value !== null && typeof value === 'object' ? Object.keys(value) : []
  }
  const values = (await findDetectors()).flatMap(({ params }) => Object.values(params).flat())
  const names = [...new Set(values.flatMap(({ value }) => fields(value)))]
  expect(names).toContain('diagnosis')
  expect(names.filter((name) => parameterField(name, 'zh') === name)).toEqual([])
})
