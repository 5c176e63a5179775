import { randomBytes } from 'node:crypto'
import type { Instant } from '../../../schemas/time.ts'
import type { Database } from '../database/database.ts'
import { audit } from '../workflow/audit.ts'
import { insertAccount } from './accounts.ts'
import { hashPassword } from './password.ts'

const USERNAME = 'admin'
const WHOLE_COUNTRY = '000000'
/** Any number that no other lock uses: two servers that start together make one administrator. */
const FIRST_START_LOCK = 735_0039

/**
 * Makes the first administrator `admin` where there is nobody yet. He may also read alerts, so that one person can look at
 * a new installation.
 * @param given his password; without it a one-time password is made
 * @returns the password where it was made
 */
export async function makeFirstAdministrator(
  database: Database,
  given: string | undefined,
  now: Instant,
): Promise<string | undefined> {
  return database.transaction(async (sql) => {
    await sql.query(`SELECT pg_advisory_xact_lock(${FIRST_START_LOCK})`)
    const [someone] = await sql.query('SELECT 1 FROM account LIMIT 1')
    if (someone) return undefined
    const made = given ? undefined : randomBytes(12).toString('base64url')
    const password = await hashPassword(given || made!)
    const rights = { roles: ['officer', 'sys_admin'] as const, scope: [WHOLE_COUNTRY], institutions: [], recusals: [] }
    await insertAccount(sql, { username: USERNAME, name: '', password, ...rights, disabled: false, password_change: !!made })
    const entry = { at: now, actor: 'system', action: 'add_user', object_type: 'user', object_id: USERNAME }
    await audit(sql, [{ ...entry, detail: { roles: rights.roles, scope: rights.scope } }])
    return made
  })
}
