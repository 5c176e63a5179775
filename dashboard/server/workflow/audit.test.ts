import { expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { emptyDatabase } from '../database/testing/shared.ts'
import { audit, verifyAudit } from './audit.ts'

async function recorded(): Promise<Database> {
  const database = await emptyDatabase()
  const entries = [1, 2, 3].map((at) => {
    const detail = { reason: 'D04', amount: 12.5, 名: '王' }
    return { at, actor: 'li', action: 'dismiss', object_type: 'alert', object_id: `a${at}`, detail }
  })
  for (const entry of entries) await database.transaction((sql) => audit(sql, [entry, { ...entry, action: 'note' }]))
  return database
}
/** What someone with all rights on the database could do. */
async function tamper(database: Database, statement: string): Promise<void> {
  await database.query('DROP TRIGGER append_only ON audit')
  await database.query(statement)
}

test('The chain holds as it was written', async () => {
  expect(await verifyAudit(await recorded())).toEqual({ entries: 6, broken: undefined })
})

test.each([
  ['changed', "UPDATE audit SET detail = replace(detail, 'D04', 'D05') WHERE n = 4", 4],
  ['another person’s', "UPDATE audit SET actor = 'wang' WHERE n = 2", 2],
  ['taken out', 'DELETE FROM audit WHERE n = 3', 3],
  ['cut off', 'DELETE FROM audit WHERE n = 6', 6],
  [
    'added',
    "INSERT INTO audit SELECT 7, at, actor, address, action, object_type, object_id, '', '', '{}', hash FROM audit LIMIT 1",
    7,
  ],
])('An entry that was %s is found', async (_, statement, place) => {
  const database = await recorded()
  await tamper(database, statement)
  expect((await verifyAudit(database)).broken).toBe(place)
})

test('An action that fails leaves no entry and no gap', async () => {
  const database = await recorded()
  const failing = database.transaction(async (sql) => {
    await audit(sql, [{ at: 9, actor: 'li', action: 'sign', object_type: 'alert', object_id: 'a9' }])
    throw new Error('on purpose')
  })
  await expect(failing).rejects.toThrow()
  expect(await verifyAudit(database)).toEqual({ entries: 6, broken: undefined })
})
