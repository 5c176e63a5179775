import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Instant, SECOND } from '../../../schemas/time.ts'

/** Time-based one-time passwords (RFC 6238): SHA-1, six digits, half a minute, as every authenticator knows them. */
const STEP = 30 * SECOND
const DIGITS = 6
const SECRET_BYTES = 20
/** Clocks may differ by one step. */
const DRIFT = [0, -1, 1]
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A new shared secret, base32. */
export function newTotpSecret(): string {
  return toBase32(randomBytes(SECRET_BYTES))
}

/** What an authenticator scans. */
export function totpUri(username: string, secret: string): string {
  const label = encodeURIComponent(`fundwatch:${username}`)
  return `otpauth://totp/${label}?secret=${secret}&issuer=fundwatch&digits=${DIGITS}&period=${STEP / SECOND}`
}

export function totpAt(secret: string, at: Instant): string {
  return codeOf(secret, Math.floor(at / STEP))
}

/** The time step of a right code, which the caller keeps: a code is good once. Undefined for a wrong or used one. */
export function stepOfTotp(secret: string, code: string, now: Instant, usedStep: number): number | undefined {
  const present = Math.floor(now / STEP)
  return DRIFT.map((drift) => present + drift).find((step) => {
    const right = Buffer.from(codeOf(secret, step))
    return step > usedStep && right.length === code.length && timingSafeEqual(right, Buffer.from(code))
  })
}

function codeOf(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const number = digest.readUInt32BE(digest.at(-1)! & 0x0f) & 0x7fff_ffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

function toBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)]).join('')
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
}
