import { createHash, randomUUID } from 'node:crypto'
import { formatInstant } from '../../schemas/time.ts'
import type { Store } from './store.ts'

/**
 * The store says which secret its pseudonyms were made with: a data directory that is lost can say it no longer. It stands
 * among the migrations, below the first, where every release finds a table and none looks for a version.
 */
const VERSION = 0
const NAME = 'identity.key '

/** Enough to tell one secret from another, and nothing to find it out by. */
export function fingerprintOf(secret: Uint8Array): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 8)
}

/** The fingerprint of the secret that was noted last; `undefined` where a release has written that noted none. */
export async function fingerprintIn(store: Store): Promise<string | undefined> {
  const [row] = await store.query<{ name: string }>(
    'SELECT name FROM schema_migration WHERE version = {version:UInt32} ORDER BY applied_at DESC LIMIT 1',
    { version: VERSION },
  )
  return row?.name.slice(NAME.length)
}

export async function noteFingerprint(store: Store, fingerprint: string): Promise<void> {
  const row = { version: VERSION, name: `${NAME}${fingerprint}`, applied_at: formatInstant(Date.now()) }
  // One that comes again after another is noted again.
  await store.insertRows('schema_migration', [row], { token: randomUUID() })
}
