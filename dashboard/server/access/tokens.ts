import { randomBytes } from 'node:crypto'
import type { Instant } from '../../../schemas/time.ts'
import type { Sql } from '../database/database.ts'
import type { Caller, Role } from './caller.ts'
import { hashSecret, newSecret } from './secret.ts'

/** A machine's way in as stored; its secret only as a hash. */
interface Token {
  readonly id: string
  readonly role: Role
  readonly scope: readonly string[]
}

export async function insertToken(
  sql: Sql,
  role: Role,
  scope: readonly string[],
  now: Instant,
): Promise<{ id: string; token: string }> {
  const token = newSecret()
  const id = randomBytes(4).toString('hex')
  await sql.query('INSERT INTO token VALUES ($1, $2, $3, $4, $5)', [id, hashSecret(token), role, JSON.stringify(scope), now])
  return { id, token }
}

/** False where there is none. */
export async function deleteToken(sql: Sql, id: string): Promise<boolean> {
  const gone = await sql.query('DELETE FROM token WHERE id = $1 RETURNING id', [id])
  return gone.length > 0
}

/** The machine that has the token. */
export async function machineOf(sql: Sql, token: string): Promise<Caller | undefined> {
  const [kept] = await sql.query<Token>('SELECT id, role, scope FROM token WHERE hash = $1', [hashSecret(token)])
  if (!kept) return undefined
  const credential = `token:${kept.id}`
  return {
    username: credential,
    roles: [kept.role],
    scope: kept.scope,
    institutions: [],
    recusals: [],
    credential,
    passwordChange: false,
    totp: false,
  }
}

/** Those of the credentials that are tokens which hold. */
export async function liveTokens(sql: Sql, credentials: readonly string[]): Promise<string[]> {
  const tokens = await sql.query<{ id: string }>("SELECT id FROM token WHERE 'token:' || id = ANY($1)", [credentials])
  return tokens.map(({ id }) => `token:${id}`)
}
