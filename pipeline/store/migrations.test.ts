import { expect, test } from 'vitest'
import { TABLES, TABLES_VERSION } from '../../schemas/tables.ts'
import { migrate } from './migrations.ts'
import type { Transport } from './transport.ts'

/** A store of that version, which takes note of what it is told to do. */
function storeOf(version: number): { told: string[]; transport: Transport } {
  const told: string[] = []
  const transport = {
    prepare: async () => {},
    command: async (sql: string) => void told.push(sql),
    query: async (sql: string) => (sql.includes('schema_migration') ? [{ version }] : []),
  }
  return { told, transport: transport as unknown as Transport }
}

test('A new store takes its present shape at once: nothing is dropped while others who began it too write already', async () => {
  const { told, transport } = storeOf(0)
  expect(await migrate(transport, 'process')).toMatchObject({ from: 0, to: TABLES_VERSION })
  expect(told.filter((sql) => /^(?:DROP|ALTER)/.test(sql))).toEqual([])
  for (const table of Object.keys(TABLES)) expect(told.join('\n')).toContain(`CREATE TABLE IF NOT EXISTS \`${table}\``)
  expect(told.filter((sql) => sql.startsWith('INSERT INTO schema_migration'))).toHaveLength(TABLES_VERSION)
})

test('An older store is brought to it step by step', async () => {
  const { told, transport } = storeOf(1)
  expect((await migrate(transport, 'process')).applied).toHaveLength(TABLES_VERSION - 1)
  expect(told.filter((sql) => sql.startsWith('ALTER'))).not.toEqual([])
  expect(told.filter((sql) => sql.startsWith('CREATE MATERIALIZED VIEW'))).not.toEqual([])
})
