import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ReferenceBook } from '../../detectors/reference.ts'
import { REFERENCE_TABLES, type ReferenceTable } from '../../schemas/reference.ts'
import { checkedReference } from '../decode/reference.ts'
import { readKnowledge } from './read.ts'
import { rowsOn } from './show.ts'

const folder = mkdtempSync(join(tmpdir(), 'fundwatch-knowledge-'))
const PACK = new URL('../../deploy/knowledge/', import.meta.url).pathname

function read(name: string, text: string) {
  const path = join(folder, name)
  writeFileSync(path, text)
  return readKnowledge(path, { version: 'v1' })
}

test('A CSV file becomes events of the stream, each cell of its column’s type, with the version of the pack', () => {
  const { events, faults } = read(
    'institution.csv',
    'id,effective_from,name,beds,is_internet,depts,agreement\nH1,2026-01-01,"示例, 医院",12,false,A;B,"[{""from"":""2026-01-01"",""status"":""active""}]"\n\nH2,,,,,,\n',
  )
  expect(faults).toEqual([])
  expect(events).toEqual([
    {
      ...{ kind: 'reference', table: 'institution', id: 'H1', effective_from: '2026-01-01' },
      row: {
        ...{ name: '示例, 医院', beds: 12, is_internet: false, depts: ['A', 'B'], pack_version: 'v1' },
        agreement: [{ from: '2026-01-01', status: 'active' }],
      },
    },
    { kind: 'reference', table: 'institution', id: 'H2', row: { pack_version: 'v1' } },
  ])
})

test('A file in another encoding than UTF-8 is refused, and not half understood', () => {
  const path = join(folder, 'item.csv')
  // 示例药 as GB 18030.
  const name = Buffer.from([0xca, 0xbe, 0xc0, 0xfd, 0xd2, 0xa9])
  writeFileSync(path, Buffer.concat([Buffer.from('id,name\nX1,'), name]))
  expect(() => readKnowledge(path, { version: 'v1' })).toThrow(expect.objectContaining({ code: 'ENCODING_INVALID' }))
  expect(read('age_limit.ndjson', '\ufeff{"id":"a","code":"X"}\n').faults).toEqual([])
})

test('Every fault is named with its line and column, and the good lines are not blamed', () => {
  const { events, faults } = read(
    'price_cap.csv',
    'id,code,cap,effective_from,effective_to,deleted\na,X,9.5,,,\nb,X,cheap,,,\n,X,1,,,\nc,X,1,2026-02-01,2026-01-01,\na,X,3,,,\nd,X,1,,,maybe\ne,X,1,soon,,\n',
  )
  expect(events).toHaveLength(1)
  expect(faults.map(({ line, field }) => [line, field])).toEqual([
    [3, 'row.cap'],
    [4, 'id'],
    [5, 'effective_to'],
    [6, 'id'],
    [7, 'deleted'],
    [8, 'effective_from'],
  ])
  expect(faults[3]!.message).toBe('says again what line 2 says')
})

test('NDJSON may be plain rows or the stream’s own form; another table and broken lines are faults', () => {
  const { events, faults } = read(
    'gender_limit.ndjson',
    '{"id":"a","code":"N40","gend":"1"}\n{"kind":"reference","table":"gender_limit","id":"b","row":{"code":"O"}}\n{"table":"age_limit","id":"c"}\n{"id"\n[1]\n',
  )
  expect(events.map(({ id, row }) => [id, row])).toEqual([
    ['a', { code: 'N40', gend: '1', pack_version: 'v1' }],
    ['b', { code: 'O', pack_version: 'v1' }],
  ])
  expect(faults.map(({ line }) => line)).toEqual([3, 4, 5])
})

test('A CSV file with a broken line says where', () => {
  expect(read('watch_list.csv', 'id,code\na,X\nb,Y,Z\n').faults[0]).toMatchObject({ line: 3 })
})

test('An unknown table is refused', () => {
  expect(() => read('tables.csv', 'id\na\n')).toThrow(expect.objectContaining({ code: 'TABLE_UNKNOWN' }))
})

test('What holds is told as of any day', () => {
  const book = new ReferenceBook()
  const { events } = readKnowledge(`${PACK}price_cap.csv`, { version: 'sample' })
  for (const event of events) {
    const read = checkedReference(event)
    if (!('kind' in read)) throw new Error(read.message)
    book.put('price_cap', read, false)
  }
  const caps = (day: string) => rowsOn(book, 'price_cap', day).flatMap(({ id, row }) => (/amox/.test(id) ? [row.cap] : []))
  expect([caps('2024-12-31'), caps('2025-12-31'), caps('2026-01-01')]).toEqual([[], [12.5], [11.8]])
})

const names = readdirSync(PACK).filter((name) => !name.endsWith('.md'))

test.each(names)('The sample pack’s %s has no fault', (name) => {
  const { events, faults } = readKnowledge(PACK + name, { version: 'sample' })
  expect(faults).toEqual([])
  expect(events.length).toBeGreaterThan(0)
})

test('The sample pack shows nearly every table', () => {
  const shown = new Set(names.map((name) => name.split('.')[0]))
  const left = (Object.keys(REFERENCE_TABLES) as ReferenceTable[]).filter((table) => !shown.has(table))
  expect(left.sort()).toEqual(['code_cc', 'diag_support', 'no_trace_stock', 'oprn_diag', 'person'])
})
