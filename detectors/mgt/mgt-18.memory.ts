import type { Fen } from '../../schemas/money.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Form } from '../detector.ts'
import { type PackedHead, type PackedTime, packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { inTime, type Remembered } from '../kit/parts/remembered.ts'
import type { Shared } from './mgt-18.given-parts.ts'

/** One sale of the code. */
export interface Sale extends Remembered {
  readonly psn_no: string
  readonly med_list_codg: string
  /** Part of the package that was sold: 1, or of a split pack its units; where several packs gave it, all their parts. */
  readonly part: number
  /** How many packs gave the part, and which others: nobody knows how much each of them gave. */
  readonly shared?: Shared
  /** When it was sold, where the agency reimbursed it long after. */
  readonly sold?: Instant
  readonly lines: readonly (readonly [feedetl_sn: string, fund: Fen])[]
}

/** A 3506 return: it releases the code, as a void does. */
export type Return = readonly [at: Instant, fixmedins_code: string, psn_no: string, setl_id: string]

export interface Memory {
  /** As they were sold: by time and id. */
  readonly sales: readonly Sale[]
  readonly returns?: readonly Return[]
  /** Sales beyond those remembered: how many, and their fund share. */
  readonly beyond?: readonly [count: number, fund: Fen]
}

/** Every package ever sold is remembered, and nearly all are sold whole, once and on one line: such a sale is a flat list. */
export const FORM: Form<Memory> = {
  pack({ sales, returns, beyond }) {
    const packed = sales.map(packSale)
    return packed.length === 1 && !returns && !beyond ? packed[0] : [packed, returns ?? null, beyond ?? null]
  },
  unpack(packed) {
    if (typeof packed[0] === 'string') return { sales: [unpackSale(packed)] }
    const [sales, returns, beyond] = packed
    return { sales: sales.map(unpackSale), returns: returns ?? undefined, beyond: beyond ?? undefined }
  },
}

type Sold =
  | readonly [feedetl_sn: string, fund: Fen]
  | readonly [lines: Sale['lines'], part: number, ...shared: Shared | []]
  | readonly [lines: Sale['lines'], part: number, shared: Shared | null, sold: PackedTime]
type PackedSale = readonly [...PackedHead, psn_no: string, med_list_codg: string, ...Sold]

function packSale(sale: Sale): PackedSale {
  const { psn_no, med_list_codg, part, shared, sold, lines } = sale
  return [...packHead(sale), psn_no, med_list_codg, ...packLines()]

  function packLines(): Sold {
    const [line] = lines
    if (sold !== undefined) return [lines, part, shared ?? null, packTime(sold)]
    return line && lines.length === 1 && part === 1 && !shared ? line : [lines, part, ...(shared ?? [])]
  }
}

function unpackSale(packed: PackedSale): Sale {
  const [, , , psn_no, med_list_codg, ...rest] = packed
  const sale = { psn_no, med_list_codg, ...unpackHead(packed) }
  if (typeof rest[0] === 'string') return { ...sale, part: 1, lines: [rest as readonly [string, Fen]] }
  const [lines, part, ...more] = rest as Exclude<Sold, readonly [string, Fen]>
  if (more.length === 0) return { ...sale, lines, part }
  if (typeof more[0] === 'number') return { ...sale, lines, part, shared: more as Shared }
  const [shared, sold] = more as readonly [Shared | null, PackedTime]
  return { ...sale, lines, part, ...(shared && { shared }), sold: unpackTime(sold) }
}

export function soldAt({ sold, at }: Sale): Instant {
  return sold ?? at
}

/** The order in which they were sold. */
export function asSold(a: Sale, b: Sale): number {
  return soldAt(a) - soldAt(b) || inTime(a, b)
}
