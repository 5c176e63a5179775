import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { FundwatchError } from '../../../schemas/errors.ts'

const KEY_BYTES = 32
/** About 60 ms and 32 MiB each. */
const COST: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const WAITING_MAX = 32

// One at a time: guessing must not take the threads that the stores need.
let last: Promise<unknown> = Promise.resolve()
let waiting = 0

function derive(password: string, salt: Buffer): Promise<Buffer> {
  if (waiting >= WAITING_MAX) throw new FundwatchError('BUSY', 'Too many people sign in at once. Try again shortly.')
  waiting++
  const derived = last.then(
    () =>
      new Promise<Buffer>((resolve, reject) =>
        scrypt(password.normalize('NFKC'), salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key))),
      ),
  )
  last = derived.catch(() => undefined).finally(() => waiting--)
  return derived
}

/** The password as it is kept: `scrypt$<salt>$<key>`, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `scrypt$${salt.toString('base64url')}$${(await derive(password, salt)).toString('base64url')}`
}

const NOBODY = `scrypt$${randomBytes(16).toString('base64url')}$${randomBytes(KEY_BYTES).toString('base64url')}`

/** Compares in constant time. Without a kept password (no such user) it takes as long and is false. */
export async function verifyPassword(password: string, kept: string = NOBODY): Promise<boolean> {
  const [, salt = '', key = ''] = kept.split('$')
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64url')), Buffer.from(key, 'base64url'))
}

const PASSWORD_MIN = 12
const CLASSES = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u]

/** @throws FundwatchError `PASSWORD_WEAK` below 12 characters or three of: lower case, upper case, digits, others. */
export function requireStrongPassword(password: string): void {
  const classes = CLASSES.filter((pattern) => pattern.test(password)).length
  if (password.length < PASSWORD_MIN || classes < 3) {
    throw new FundwatchError(
      'PASSWORD_WEAK',
      `A password needs ${PASSWORD_MIN} characters, and three of: lower case, upper case, digits, others.`,
    )
  }
}
