/** A medical service item has 15 digits, and local suffixes may follow; a consumable has 20 characters, or 27 with a serial. */
const SERVICE = /^\d{15}/
const SERVICE_LENGTH = 15
const CONSUMABLE = /^C\d{26}$/
const CONSUMABLE_LENGTH = 20
const WITH_SERIAL_LENGTH = 27

const [ZERO, NINE, C] = ['0', '9', 'C'].map((character) => character.charCodeAt(0)) as [number, number, number]

/**
 * The national code within a local one (domain: data-standard 1.7): of a service item without its local suffix, of a
 * consumable without its serial. `undefined` where there is nothing to leave out, as for all drugs; asked for every line.
 */
export function baseOf(code: string): string | undefined {
  const { length } = code
  if (length <= SERVICE_LENGTH) return undefined
  const first = code.charCodeAt(0)
  if (first === C) return length === WITH_SERIAL_LENGTH && CONSUMABLE.test(code) ? code.slice(0, CONSUMABLE_LENGTH) : undefined
  return first >= ZERO && first <= NINE && SERVICE.test(code) ? code.slice(0, SERVICE_LENGTH) : undefined
}

/** What the item is called in the whole country. */
export function nationalCode(code: string): string {
  return baseOf(code) ?? code
}

/**
 * Whether a name means the item that was charged by this code: its own, or that of its base. For lists outside the tables
 * that are looked up; of these `nameIn` knows whether a row has the item's own code.
 */
export function meansItem(name: string | null | undefined, code: string): boolean {
  return name === code || (!!name && name === baseOf(code))
}
