import { type Instant, SECOND } from '../../../schemas/time.ts'
import { hiding } from '../plain/marks.ts'

/**
 * One of the many things in a large memory that is written again and again, though few of them change in between: each is
 * written as one text, which it keeps for as long as it says the same.
 */
export interface Written {
  /** `''` until it is written, and again when it changes. */
  written: string
}

/** The only way to change what is `Written`. */
export function revise<T extends Written>(thing: T, change: Partial<Omit<T, keyof Written>>): void {
  Object.assign(thing, change)
  thing.written = ''
}

/** Between things, between the groups of which one consists, and between the fields of a group. */
const THINGS = '|'
const GROUPS = ';'
const FIELDS = ','
const BASE = 36
const { hide, show } = hiding(THINGS + GROUPS + FIELDS)

/** A name, whatever it holds. */
export const packName = hide

export function unpackName(text = ''): string {
  return show(text)
}

export function packWhole(number: number): string {
  return number.toString(BASE)
}

export function unpackWhole(text = ''): number {
  return Number.parseInt(text, BASE)
}

/** How long after another time; nothing where it is 0, which is unknown. */
export function packSince(at: Instant, from: Instant): string {
  if (at === 0) return ''
  const seconds = Math.floor((at - from) / SECOND)
  const rest = at - from - seconds * SECOND
  return rest === 0 ? packWhole(seconds) : `${packWhole(seconds)}.${packWhole(rest)}`
}

export function unpackSince(text: string | undefined, from: Instant): Instant {
  if (!text) return 0
  const point = text.indexOf('.')
  const at = from + unpackWhole(text) * SECOND
  return point < 0 ? at : at + unpackWhole(text.slice(point + 1))
}

/** Groups of fields as one text; fields at the end of a group that say nothing are left out. */
export function packGroups(groups: readonly (readonly string[])[]): string {
  return groups.map(packFields).join(GROUPS)
}

function packFields(fields: readonly string[]): string {
  let length = fields.length
  while (length > 0 && fields[length - 1] === '') length--
  return fields.slice(0, length).join(FIELDS)
}

/** Read by place, of which there may be nothing: to take arrays apart into names takes longer than all the rest. */
export function unpackGroups(text: string): (readonly (string | undefined)[])[] {
  return text.split(GROUPS).map((group) => group.split(FIELDS))
}

export function packAll<T extends Written>(things: Iterable<T>, write: (thing: T) => string): string {
  const texts: string[] = []
  for (const thing of things) {
    if (thing.written === '') thing.written = write(thing)
    texts.push(thing.written)
  }
  return texts.join(THINGS)
}

export function unpackAll<T extends Written>(text: string, read: (text: string) => T): T[] {
  return text === '' ? [] : text.split(THINGS).map(read)
}
