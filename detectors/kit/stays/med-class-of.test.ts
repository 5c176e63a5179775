import { expect, test } from 'vitest'
import { ReferenceBook } from '../../reference.ts'
import { medClassOf } from './med-class-of.ts'

const book = new ReferenceBook()
const always = { effective_from: undefined, effective_to: undefined }
const maps = { ':9907': 'OP', '99:9907': 'CHRONIC', '9901:9907': 'IPT' } as const
for (const [id, med_class] of Object.entries(maps)) book.put('med_type_map', { id, row: { med_class }, ...always }, false)
const at = (admdvs: string, medType = '9907') => medClassOf(medType, admdvs, 0, book)

test('The nearest place’s map says what a local kind of visit is, then that of the whole country, then the national stems', () => {
  expect([at('990101'), at('990201'), at('880101'), at('')]).toEqual(['IPT', 'CHRONIC', 'OP', 'OP'])
  expect([at('990101', '21'), at('990101', '41')]).toEqual(['IPT', 'PHARM'])
})
