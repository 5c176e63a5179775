import { LOOKUP_COLUMNS, type ReferenceTable } from '../schemas/reference.ts'
import { dayOf, type Instant, startOfDay } from '../schemas/time.ts'
import type { Known, Place } from './reference.ts'

const BITS = Object.fromEntries(
  Object.keys(LOOKUP_COLUMNS)
    .filter((table) => table !== 'exception')
    .map((table, bit) => [table, 1 << bit]),
) as Partial<Record<ReferenceTable, number>>

/** The place of a table in the sets that `tablesOf` answers; 0 for tables that are not looked up by an item's code. */
export function tableBit(table: ReferenceTable): number {
  return BITS[table] ?? 0
}

export type Entry = Known<ReferenceTable>
type Loose = { readonly admdvs?: string | null; readonly level?: string | null }

/** One variant of a row, made ready for being asked for millions of times. */
export interface Variant {
  readonly entry: Entry
  /** The entry in a list, as `lookup` answers it for nearly every code. */
  readonly alone: readonly Entry[]
  readonly from: Instant
  /** Exclusive. */
  readonly until: Instant
  /** Whether `prefix` and `level` say where the row holds, and not of whom it speaks. */
  readonly local: boolean
  readonly prefix: string
  readonly level: string
  readonly codes: readonly string[]
  /** The number of the knowledge with which it came. */
  readonly known: number
}

/** A variant that was replaced or deleted, and the number of the knowledge with which it was. */
export interface Past {
  readonly variant: Variant
  readonly until: number
}

/** Everything known under one id: the variants of one row over time, region and level. */
export interface Row {
  readonly id: string
  variants: readonly Variant[]
  /** What was known of it before. */
  past: readonly Past[]
}

/** Tables whose own `admdvs` or `level` column describes the subject of the row and not where the row holds. */
const DESCRIBES_ITSELF = new Set<ReferenceTable>(['institution', 'fund_cap', 'person'])

export class Shelf {
  readonly byId = new Map<string, Row>()
  /** The rows of which at least one variant names the code. */
  readonly byCode = new Map<string, readonly Row[]>()
  /** The rows of which a variant has named the code that is past. */
  readonly byPastCode = new Map<string, Set<Row>>()

  /** No variant of the row names the code any longer. */
  withdraw(code: string, row: Row): void {
    const left = this.byCode.get(code)!.filter((other) => other !== row)
    if (left.length > 0) this.byCode.set(code, left)
    else this.byCode.delete(code)
  }

  keepPast(row: Row, past: Past): void {
    row.past = [...row.past, past]
    for (const code of past.variant.codes) {
      const rows = this.byPastCode.get(code)
      if (rows) rows.add(row)
      else this.byPastCode.set(code, new Set([row]))
    }
  }
}

export const NONE: readonly never[] = []

export function isSameVariant(a: Entry, b: Entry): boolean {
  const x = a.row as Loose
  const y = b.row as Loose
  return a.effective_from === b.effective_from && (x.admdvs ?? '') === (y.admdvs ?? '') && (x.level ?? '') === (y.level ?? '')
}

export function variantOf(table: ReferenceTable, entry: Entry, known: number): Variant {
  const { effective_from, effective_to } = entry
  const { admdvs, level } = entry.row as Loose
  return {
    entry,
    alone: [entry],
    from: effective_from ?? Number.NEGATIVE_INFINITY,
    until: effective_to === undefined ? Number.POSITIVE_INFINITY : startOfDay(dayOf(effective_to) + 1),
    local: !DESCRIBES_ITSELF.has(table),
    prefix: regionPrefix(admdvs ?? ''),
    level: level ?? '',
    codes: codesNamed(table, entry),
    known,
  }
}

export function codesIn({ variants }: Row): Set<string> {
  return new Set(variants.flatMap(({ codes }) => codes))
}

function codesNamed(table: ReferenceTable, entry: Entry): string[] {
  const codes: string[] = []
  for (const column of LOOKUP_COLUMNS[table] ?? NONE) {
    const [name, nested] = column.split('.') as [string, string | undefined]
    const value = (entry.row as Record<string, unknown>)[name]
    if (typeof value === 'string') codes.push(value)
    else if (Array.isArray(value)) codes.push(...value.map((item) => (nested ? item[nested] : item)))
    // Contract: where a table has a `code` column and it is missing, the id is the code.
    else if (name === 'code') codes.push(entry.id)
  }
  return codes
}

/** Trailing `00` pairs mean "the whole of": `370100` is the prefix `3701`. */
export function regionPrefix(admdvs: string): string {
  return admdvs.replace(/(?:00)+$/, '')
}

export function variantIn({ variants }: Pick<Row, 'variants'>, at: Instant, place: Place | undefined): Variant | undefined {
  let best: Variant | undefined
  for (const variant of variants) {
    if (holds(variant, at, place) && (!best || isCloser(variant, best))) best = variant
  }
  return best
}

function holds({ from, until, local, prefix, level }: Variant, at: Instant, place: Place | undefined): boolean {
  if (at < from || at >= until) return false
  if (!local) return true
  if (prefix !== '' && !place?.admdvs?.startsWith(prefix)) return false
  return level === '' || level === place?.level
}

export function isCloser(a: Variant, b: Variant): boolean {
  if (a.prefix.length !== b.prefix.length) return a.prefix.length > b.prefix.length
  if (!a.level !== !b.level) return a.level !== ''
  // Equal in everything that ranks: the smaller id, so that the order of arrival does not matter.
  return a.from !== b.from ? a.from > b.from : a.entry.id < b.entry.id
}
