import { createHash, randomBytes } from 'node:crypto'

/** A secret that cannot be guessed: 256 random bits. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** The form in which such a secret is kept. It is random, so that one round suffices. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
