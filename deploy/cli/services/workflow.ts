import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AccessDatabase } from '../../../dashboard/server/access/access-database.ts'
import { Oidc } from '../../../dashboard/server/access/oidc.ts'
import type { Database } from '../../../dashboard/server/database/database.ts'
import { migrateDatabase } from '../../../dashboard/server/database/migrate.ts'
import { openPglite } from '../../../dashboard/server/database/pglite.ts'
import { openPostgres } from '../../../dashboard/server/database/postgres.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import type { Config } from '../settings/config.ts'
import { readSecretKey } from '../settings/secret-key.ts'

/** Where decisions and people are kept; opened when somebody first asks. */
export interface Workflow {
  /** Whether there is anything to open: without a server, only what was opened before. */
  exists(): boolean
  database(): Promise<Database>
  /** Users and tokens; `firstPassword` for whoever asks first where the first administrator was made just now: he shows it. */
  access(): Promise<{ access: AccessDatabase; firstPassword?: string }>
  /** The bureau's own sign-in, where one is configured. */
  oidc(): Oidc | undefined
  close(): Promise<void>
}

/** Users of the first versions stood in a file, without regions of institutions, second factors or a record of their rights. */
function refuseOldFile(path: string): void {
  if (!existsSync(path)) return
  throw new FundwatchError(
    'ACCESS_FILE_OLD',
    `${path} is of an earlier version: users are kept in the database now, and none is taken over. Rename the file, start again ` +
      'with the new administrator, and add the users anew: fundwatch user add NAME --roles ROLE.',
  )
}

/** @param directory the data directory, which must belong to this process */
export function workflowOf(config: Config, directory: string): Workflow {
  const files = join(directory, 'workflow')
  const keyFile = join(directory, 'access.key')
  let opening: Promise<Database> | undefined
  let accessing: ReturnType<typeof AccessDatabase.open> | undefined

  async function open(): Promise<Database> {
    const database = config.postgres_url ? await openPostgres(config.postgres_url) : await openPglite(files)
    await migrateDatabase(database)
    return database
  }
  function database(): Promise<Database> {
    opening ??= open()
    return opening
  }
  async function access() {
    refuseOldFile(join(directory, 'access.json'))
    return AccessDatabase.open({ database: await database(), key: readSecretKey(keyFile), adminPassword: config.admin_password })
  }
  return {
    exists: () => opening !== undefined || config.postgres_url !== '' || existsSync(files),
    database,
    async access() {
      const isFirst = accessing === undefined
      accessing ??= access()
      const { access: opened, ...shown } = await accessing
      return isFirst ? { access: opened, ...shown } : { access: opened }
    },
    oidc() {
      const { oidc_issuer: issuer, oidc_client_id: clientId, oidc_client_secret: clientSecret } = config
      const { oidc_redirect_url: redirectUrl, oidc_claim: claim } = config
      if (!issuer) return undefined
      if (!redirectUrl) throw new FundwatchError('CONFIG_INVALID', 'oidc_issuer is set, but oidc_redirect_url is not.')
      return new Oidc({ issuer, clientId, clientSecret, redirectUrl, claim, key: readSecretKey(keyFile) })
    },
    async close() {
      await (await opening?.catch(() => undefined))?.close()
    },
  }
}
