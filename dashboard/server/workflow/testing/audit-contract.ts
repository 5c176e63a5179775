import { describe, expect, test } from 'vitest'
import type { Database } from '../../database/database.ts'
import { audit, unexplained, verifyAudit } from '../audit.ts'

async function recorded(empty: () => Promise<Database>): Promise<Database> {
  const database = await empty()
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

/** The record holds, whichever database keeps it, and whoever changes it is found. */
export function auditContract(name: string, empty: () => Promise<Database>): void {
  describe(name, () => {
    test('The chain holds as it was written', async () => {
      expect(await verifyAudit(await recorded(empty))).toEqual({ entries: 6, broken: undefined })
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
      const database = await recorded(empty)
      await tamper(database, statement)
      expect((await verifyAudit(database)).broken).toBe(place)
    })

    test('an action that fails leaves no entry and no gap', async () => {
      const database = await recorded(empty)
      const failing = database.transaction(async (sql) => {
        await audit(sql, [{ at: 9, actor: 'li', action: 'sign', object_type: 'alert', object_id: 'a9' }])
        throw new Error('on purpose')
      })
      await expect(failing).rejects.toThrow()
      expect(await verifyAudit(database)).toEqual({ entries: 6, broken: undefined })
    })

    test('Work that the record does not explain is found', async () => {
      const database = await recorded(empty)
      const insert = (id: string, state: string, version: number) =>
        database.query(
          `INSERT INTO work (alert_id, state, state_version, owner, on_due, situation, detector_id, subject_type, subject_id,
             fixmedins_code, admdvs, insu_admdvs, severity, result_type, vola_amt, revision, changed, changed_at_seq)
           VALUES ($1, $2, $3, '', '', '{}', 'POL-01', 'settlement', 'S1', 'H1', '990102', '990102', 2, 'violation', 1, 1, 1, 1)`,
          [id, state, version],
        )
      await insert('a7', 'DISMISSED', 2)
      await insert('a8', 'NEW', 1)
      const detail = { from: 'FIRST_REVIEW', to: 'DISMISSED', state_version: 2 }
      const entry = { at: 7, actor: 'li', object_type: 'alert', object_id: 'a7' }
      await database.transaction((sql) =>
        audit(sql, [
          { ...entry, action: 'dismiss', detail },
          { ...entry, action: 'attach' },
        ]),
      )
      expect(await unexplained(database)).toEqual([])
      await database.query("UPDATE work SET state = 'CONFIRMED' WHERE alert_id = 'a7'")
      await insert('a9', 'CONFIRMED', 5)
      expect(await unexplained(database)).toEqual(['a7', 'a9'])
    })
  })
}
