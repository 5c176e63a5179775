import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { ALERT_SCHEMA_VERSION } from './alert.ts'
import { EVENT_SCHEMA_VERSION, SHAPES } from './events.ts'
import recorded from './fingerprints.json' with { type: 'json' }
import { jsonSchemas } from './json-schema.ts'
import { createTable, createView, TABLES, TABLES_VERSION, type TableName, VIEWS } from './tables.ts'
import { WIRE_VERSION } from './wire.ts'

const schemas = jsonSchemas()
const named = (isOf: (name: string) => boolean) => [...schemas].filter(([name]) => isOf(name))

/** What others rely on: outside systems, stored data, other versions of this product. */
const SHAPES_IN_USE = {
  events: { version: EVENT_SCHEMA_VERSION, shape: [SHAPES, named((name) => name in SHAPES || name.startsWith('reference'))] },
  alert: { version: ALERT_SCHEMA_VERSION, shape: schemas.get('alert') },
  wire: { version: WIRE_VERSION, shape: named((name) => name.startsWith('wire.')) },
  tables: {
    version: TABLES_VERSION,
    shape: [(Object.keys(TABLES) as TableName[]).map((name) => createTable(name)), VIEWS.map(createView)],
  },
}

function fingerprint(shape: unknown): string {
  return createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 16)
}

/**
 * When this fails, a shape has changed. Raise its version where the constant stands (and, for tables, add a migration), then
 * append the new version with its fingerprint to `fingerprints.json`. A recorded line is never edited once it was released.
 */
test.each(Object.entries(SHAPES_IN_USE))('The shape of %s is the one recorded for its version', (name, { version, shape }) => {
  const history = recorded[name as keyof typeof recorded]
  expect(history.at(-1)).toEqual({ version, fingerprint: fingerprint(shape) })
})

test('Recorded versions only rise', () => {
  for (const history of Object.values(recorded)) {
    expect(history.map(({ version }) => version)).toEqual(history.map((_, i) => i + 1))
  }
})
