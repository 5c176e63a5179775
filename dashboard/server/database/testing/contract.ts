import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, sqlState } from '../database.ts'
import { migrateDatabase } from '../migrate.ts'
import { MIGRATIONS } from '../migrations.ts'

/** What the workflow relies on, whichever database it is kept in. */
export function databaseContract(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database
    beforeAll(async () => {
      database = await open()
      await migrateDatabase(database)
      await database.query('CREATE TABLE sample (id text PRIMARY KEY, n bigint, body jsonb, bytes bytea, yes boolean)')
    }, 60_000)
    afterAll(() => database.close())

    test('Migrations run once, however many programs start', async () => {
      await Promise.all([migrateDatabase(database), migrateDatabase(database)])
      const versions = MIGRATIONS.map((_, index) => ({ version: index + 1 }))
      expect(await database.query('SELECT version FROM schema_migration ORDER BY version')).toEqual(versions)
    })

    test('A database of a later program is refused', async () => {
      await database.query('INSERT INTO schema_migration VALUES (999, 0)')
      await expect(migrateDatabase(database)).rejects.toMatchObject({ code: 'DATABASE_NEWER' })
      await database.query('DELETE FROM schema_migration WHERE version = 999')
    })

    test('Values come back as they went in', async () => {
      const row = { id: "a'b", n: 2 ** 53 - 1, body: { list: [1, 'two', null] }, bytes: Buffer.from([0, 255]), yes: true }
      await database.query('INSERT INTO sample VALUES ($1, $2, $3, $4, $5)', [
        row.id,
        row.n,
        JSON.stringify(row.body),
        row.bytes,
        row.yes,
      ])
      const [read] = await database.query<typeof row>('SELECT * FROM sample WHERE id = $1', [row.id])
      expect({ ...read, bytes: Buffer.from(read!.bytes) }).toEqual(row)
      expect(await database.query('SELECT id FROM sample WHERE id = ANY($1)', [['x', row.id]])).toEqual([{ id: row.id }])
    })

    test('A transaction that fails leaves nothing behind', async () => {
      const failing = database.transaction(async (sql) => {
        await sql.query("INSERT INTO sample (id) VALUES ('half')")
        throw new Error('on purpose')
      })
      await expect(failing).rejects.toThrow('on purpose')
      expect(await database.query("SELECT id FROM sample WHERE id = 'half'")).toEqual([])
    })

    test('A failure names its SQLSTATE, and the database goes on', async () => {
      const twice = database.transaction(async (sql) => {
        await sql.query("INSERT INTO sample (id) VALUES ('once')")
        await sql.query("INSERT INTO sample (id) VALUES ('once')")
      })
      expect(sqlState(await twice.catch((error) => error))).toBe('23505')
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    })

    test('Of transactions that read and write the same row, none is lost', async () => {
      await database.query("INSERT INTO sample (id, n) VALUES ('counter', 0)")
      const add = () =>
        database.transaction(async (sql) => {
          const [row] = await sql.query<{ n: number }>("SELECT n FROM sample WHERE id = 'counter' FOR UPDATE")
          await sql.query("UPDATE sample SET n = $1 WHERE id = 'counter'", [row!.n + 1])
        })
      await Promise.all(Array.from({ length: 20 }, add))
      expect(await database.query("SELECT n FROM sample WHERE id = 'counter'")).toEqual([{ n: 20 }])
    })

    test('The record cannot be changed, only continued', async () => {
      await database.query("INSERT INTO audit VALUES (1, 0, 'li', '', 'x', '', '', '', '', '{}', '')")
      await expect(database.query("UPDATE audit SET actor = 'wang'")).rejects.toThrow('append-only')
      await expect(database.query('DELETE FROM audit')).rejects.toThrow('append-only')
    })
  })
}
