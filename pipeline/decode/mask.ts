import { createHmac } from 'node:crypto'

/** Fields that identify a person by name or document. Their values never reach storage. */
export const SENSITIVE_KEYS = ['psn_name', 'certno', 'mdtrt_cert_no', 'patn_name'] as const
const PREFIX = 'hmac:'
const CACHE_LIMIT = 50_000

/** Replaces a value by its keyed HMAC (SHA-256, 128 bits); a value that is one already stays. */
export type Pseudonymiser = (value: string) => string

/** @param key secret of the installation; without it nobody can test a guess against a pseudonym. */
export function createPseudonymiser(key: Uint8Array): Pseudonymiser {
  const known = new Map<string, string>()
  return (value) => {
    if (value.startsWith(PREFIX)) return value
    let pseudonym = known.get(value)
    if (pseudonym === undefined) {
      pseudonym = PREFIX + createHmac('sha256', key).update(value, 'latin1').digest('hex').slice(0, 32)
      if (known.size >= CACHE_LIMIT) known.clear()
      known.set(value, pseudonym)
    }
    return pseudonym
  }
}

const AFTER_KEY = /\s*:\s*("((?:[^"\\]|\\.)*)"|-?\d[\d.eE+-]*)/y

type Json = Readonly<Record<string, unknown>>

/**
 * Whether the event, as parsed, may hold identity data: under one of the keys, or in an object of whose kind we know
 * nothing. Walking over the keys costs a tenth of searching the text.
 */
export function mayIdentify(wire: Json): boolean {
  for (const key in wire) {
    const value = wire[key]
    if (isSensitive(key, value)) return true
    if (typeof value !== 'object' || value === null) continue
    if (!Array.isArray(value)) return true
    for (const row of value) if (rowMayIdentify(row)) return true
  }
  return false
}

function rowMayIdentify(row: unknown): boolean {
  if (typeof row !== 'object' || row === null) return false
  for (const key in row) {
    const value = (row as Json)[key]
    if (isSensitive(key, value) || (typeof value === 'object' && value !== null)) return true
  }
  return false
}

function isSensitive(key: string, value: unknown): boolean {
  return (SENSITIVE_KEYS as readonly string[]).includes(key) && value !== null && value !== ''
}

/** Replaces the values of identity fields in one line of JSON (a byte string); the line itself where it has none. */
export function maskIdentity(line: string, hide: Pseudonymiser): string {
  let masked = line
  for (const key of SENSITIVE_KEYS) {
    const quoted = `"${key}"`
    for (let at = masked.indexOf(quoted); at >= 0; at = masked.indexOf(quoted, at + quoted.length)) {
      AFTER_KEY.lastIndex = at + quoted.length
      const value = AFTER_KEY.exec(masked)
      const plain = value?.[2] ?? value?.[1]
      if (!value || !plain) continue
      const valueAt = AFTER_KEY.lastIndex - value[1]!.length
      masked = `${masked.slice(0, valueAt)}"${hide(plain)}"${masked.slice(AFTER_KEY.lastIndex)}`
    }
  }
  return masked
}

/** The text of one line with its identity fields replaced. */
export function maskedText(line: Buffer, hide: Pseudonymiser): string {
  return Buffer.from(maskIdentity(line.toString('latin1'), hide), 'latin1').toString('utf8')
}

const CARD_NUMBER = /(?<![0-9A-Za-z])(?:\d{17}[\dXx]|\d{15})(?![0-9A-Za-z])/g
const OPEN_VALUE = new RegExp(`("(?:${SENSITIVE_KEYS.join('|')})"\\s*:\\s*"?)([^",}\\]]*)`, 'g')

/** For lines that cannot be parsed: any value after an identity key, and anything that looks like an identity number. */
export function maskUnparsed(line: string): string {
  return line.replace(OPEN_VALUE, '$1***').replace(CARD_NUMBER, '***')
}

/** A short word is told, lest a slip of the pen be hard to find; anything else may be a person's name or number. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' && /^[a-z_]{1,30}$/i.test(value) ? `: ${value}` : ''
}
