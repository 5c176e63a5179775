import { ReferenceBook } from '../../detectors/reference.ts'
import type { Reference } from '../../schemas/events.ts'
import type { ReferenceTable } from '../../schemas/reference.ts'
import { withIcd } from '../decode/reference.ts'
import type { StagedMemory } from '../memory/staged.ts'
import { referenceKey } from './identity.ts'

/** A row, and with which number of the knowledge it came; those that a release without such numbers stored were always known. */
type Row = Reference & { readonly known?: number }
/** A row that was replaced or deleted, and with which number it was. */
type PastRow = Row & { readonly until: number }

const [ROWS, PAST] = ['r|', 'o|']

/**
 * Reference rows in memory. What a row said before stays there too: a settlement's void takes back what the settlement was
 * counted as when it came, whatever rows say by then. Rows change rarely, so all that they ever said is little.
 */
export class Knowledge {
  readonly book = new ReferenceBook()
  readonly #memory: StagedMemory

  /** @param version the number of the last change; absent before anything was stored */
  constructor(memory: StagedMemory, version: number | undefined) {
    this.#memory = memory
    const rows = memory.scan(ROWS)
    for (const [, stored] of rows) this.#put(read<Row>(stored))
    for (const [, stored] of memory.scan(PAST)) {
      const { table, known = 0, until, ...reference } = read<PastRow>(stored)
      this.book.putPast(table as ReferenceTable, entryOf(table as ReferenceTable, reference), known, until)
    }
    // Rows that were replaced do not count anew at a restart.
    this.book.version = version ?? rows.length
  }

  learn(reference: Reference): void {
    const key = referenceKey(reference)
    const stored = this.#memory.get(key)
    const before = stored && read<Row>(stored)
    const { table, id, row, effective_from, effective_to, deleted } = reference
    const known = this.book.put(table as ReferenceTable, { id, row, effective_from, effective_to }, deleted)
    const isNews = known === this.book.version
    if (isNews && before && !before.deleted) this.#memory.set(pastKey(key, known), write({ ...before, until: known }))
    this.#memory.set(key, write({ ...reference, known }))
  }

  #put({ table, deleted, known = 0, ...reference }: Row): void {
    this.book.put(table as ReferenceTable, entryOf(table as ReferenceTable, reference), deleted, known)
  }
}

type Said = Pick<Reference, 'id' | 'row' | 'effective_from' | 'effective_to'>

/** What was stored before events had the codes of ICD-10 with capitals would match none of them. */
function entryOf(table: ReferenceTable, { id, row, effective_from, effective_to }: Said): Said {
  return { id, row: withIcd(table, id, row), effective_from, effective_to }
}

function pastKey(key: string, until: number): string {
  return `${PAST}${key.slice(ROWS.length)}|${until}`
}

function read<T>(stored: Uint8Array): T {
  return JSON.parse(Buffer.from(stored).toString()) as T
}

function write(row: Row | PastRow): Buffer {
  return Buffer.from(JSON.stringify(row))
}
