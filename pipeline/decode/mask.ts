import { createHmac } from 'node:crypto'

/** Fields that identify a person by name or document. Their values never reach storage. */
const SENSITIVE_KEYS = ['psn_name', 'certno', 'mdtrt_cert_no', 'patn_name'] as const
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

/** Without the opening quote, which every key has: searching for a rare first letter is several times as fast. */
const KEY_ENDS = SENSITIVE_KEYS.map((key) => `${key}"`)

const AFTER_KEY = /\s*:\s*("((?:[^"\\]|\\.)*)"|-?\d[\d.eE+-]*)/y

/** Replaces the values of identity fields in one line of JSON (a byte string); the line itself where it has none. */
export function maskIdentity(line: string, hide: Pseudonymiser): string {
  let masked = line
  for (const key of KEY_ENDS) {
    for (let at = masked.indexOf(key); at >= 0; at = masked.indexOf(key, at + key.length)) {
      if (masked[at - 1] !== '"') continue
      AFTER_KEY.lastIndex = at + key.length
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
