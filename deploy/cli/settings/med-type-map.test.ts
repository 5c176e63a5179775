import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ReferenceBook } from '../../../detectors/reference.ts'
import { readMedTypeMap } from './med-type-map.ts'

test('The sample map is read, and its classes hold in its region', () => {
  const book = new ReferenceBook()
  expect(readMedTypeMap(fileURLToPath(new URL('../../med-type-map.sample.json', import.meta.url)), book)).toBe(5)
  expect(book.find('med_type_map', '9901:9929', 0)?.row.med_class).toBe('PHARM_CHRONIC')
})

test('A class that does not exist, and a file that is no map, are said plainly', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'fundwatch-map-')), 'map.json')
  writeFileSync(file, '{"99":{"11":"WARD"}}')
  expect(() => readMedTypeMap(file, new ReferenceBook())).toThrow('99:11 has no class WARD')
  writeFileSync(file, '[1]')
  expect(() => readMedTypeMap(file, new ReferenceBook())).toThrow('region prefix')
})
