import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll } from 'vitest'
import manifest from '../../../../package.json' with { type: 'json' }
import type { Database } from '../database.ts'
import { migrateDatabase } from '../migrate.ts'
import { databaseOn } from '../pglite.ts'
import { pgliteEngine } from '../pglite-engine.ts'

/** Making a database takes seconds, loading a made one a fraction: the first test on a machine makes it for all. */
const IMAGE = join(tmpdir(), `fundwatch-pglite-${manifest.dependencies['@electric-sql/pglite']}.tar`)

/** A busy machine may need that long. */
const PATIENCE_MS = 120_000

let server: Database
let schemas = 0
beforeAll(async () => {
  server = await embeddedDatabase()
}, PATIENCE_MS)
afterAll(() => server.close(), PATIENCE_MS)

/** The files of a fresh database. */
async function image(): Promise<Blob> {
  if (!existsSync(IMAGE)) {
    const made = await PGlite.create()
    const files = await made.dumpDataDir('none')
    await made.close()
    writeFileSync(`${IMAGE}.${process.pid}`, Buffer.from(await files.arrayBuffer()))
    renameSync(`${IMAGE}.${process.pid}`, IMAGE)
  }
  return new Blob([readFileSync(IMAGE)])
}

export async function embeddedDatabase(): Promise<Database> {
  return databaseOn(pgliteEngine(undefined, await image()))
}

/** An empty workflow database for one test, on an embedded server that all tests of a file share, one after another. */
export async function emptyDatabase(): Promise<Database> {
  const schema = `test_${++schemas}`
  await server.query(`CREATE SCHEMA ${schema}`)
  await server.query(`SET search_path = ${schema}`)
  await migrateDatabase(server)
  return { ...server, close: async () => undefined }
}
