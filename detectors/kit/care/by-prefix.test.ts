import { expect, test } from 'vitest'
import { ReferenceBook } from '../../reference.ts'
import { byPrefix } from './by-prefix.ts'

const book = new ReferenceBook()
const always = { effective_from: undefined, effective_to: undefined }
for (const code of ['85', '51.2', 'J96', 'J96.9', 'J'])
  book.put('gender_limit', { id: code, row: { code, gend: '2' }, ...always }, false)
const place = { admdvs: '990101' } as Parameters<typeof byPrefix>[4]
const named = (code: string) => byPrefix(book, 'gender_limit', code, 0, place).map(({ row }) => row.code)

test('The longest beginning that a row names speaks for a code, down to the chapter of two characters', () => {
  expect(named('J96.900')).toEqual(['J96.9'])
  expect(named('J96.100')).toEqual(['J96'])
  expect(named('51.2300')).toEqual(['51.2'])
  expect(named('85.4100')).toEqual(['85'])
  expect(named('85')).toEqual(['85'])
  expect(named('J18.900')).toEqual([])
})
