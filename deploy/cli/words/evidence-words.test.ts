import { expect, it } from 'vitest'
import { fieldName } from '../../../dashboard/web/alert/field-names.ts'
import { codeName } from '../../../dashboard/web/words/codes.ts'
import { valueName } from '../../../dashboard/web/words/values.ts'
import { findDetectors } from '../../../pipeline/catalogue.ts'

/** A word of a program; names, codes and sentences are none. */
const WORD = /^(?:[a-z]+(?:_[a-z]+)*|[A-Z]+(?:_[A-Z]+)+)$/
/** Words that are what they mean: units of measure. */
const PLAIN = ['g', 'mg', 'ml']

type Told = (field: string, value: unknown) => void

function walk(field: string, value: unknown, tell: Told): void {
  if (Array.isArray(value)) for (const item of value) walk(field, item, tell)
  else if (value !== null && typeof value === 'object')
    for (const [name, inner] of Object.entries(value)) {
      tell(name, inner)
      walk(name, inner, tell)
    }
}

it('calls every field and every kept word of a detector’s example by a name, in both languages', async () => {
  const fields = new Set<string>()
  const values = new Set<string>()
  for (const { example } of await findDetectors())
    walk('', example, (field, value) => {
      if (fieldName(field, 'zh') === field) fields.add(field)
      for (const one of Array.isArray(value) ? value : [value]) {
        if (typeof one !== 'string' || !WORD.test(one) || PLAIN.includes(one)) continue
        if (!codeName(field, one, 'zh') && !valueName(one, 'zh')) values.add(`${field}: ${one}`)
      }
    })
  expect([...fields]).toEqual([])
  expect([...values]).toEqual([])
})
