import type { FeeLine } from '../../../schemas/events.ts'
import type { ReferenceTable } from '../../../schemas/reference.ts'
import type { Visit } from '../../detector.ts'
import type { ReferenceView } from '../../reference.ts'

/** An item by the code under which it was charged, and by the one under which the rows of a table speak of it (`nameIn`). */
export interface NamedCode {
  readonly code: string
  readonly named: string
}

/**
 * As which item a line is counted: a row that names its own code makes it an item of its own, else all local codes of a
 * national one are that one.
 */
export function namedIn(
  table: ReferenceTable,
  { med_list_codg: code, fee_ocur_time }: FeeLine,
  reference: ReferenceView,
  place: Visit,
): string {
  return reference.nameIn(table, code, fee_ocur_time, place)
}

/** A line by the item as which it is counted (`namedIn`), and by the code under which it was charged. */
export interface CountedCode {
  readonly code: string
  readonly charged: string
}

/** What lines of one item were charged under: the code of all, else the one as which they are counted. */
export function chargedAs(lines: readonly CountedCode[]): string {
  const [{ code, charged }] = lines as readonly [CountedCode]
  return lines.every((line) => line.charged === charged) ? charged : code
}

export function packCounted({ code, charged }: CountedCode): PackedCode {
  return packCode({ code: charged, named: code })
}

export function unpackCounted(packed: PackedCode): CountedCode {
  const { code: charged, named: code } = unpackCode(packed)
  return { code, charged }
}

/** Nearly always both are one. */
export type PackedCode = string | readonly [code: string, named: string]

export function packCode({ code, named }: NamedCode): PackedCode {
  return named === code ? code : [code, named]
}

export function unpackCode(packed: PackedCode): NamedCode {
  if (typeof packed === 'string') return { code: packed, named: packed }
  const [code, named] = packed
  return { code, named }
}
