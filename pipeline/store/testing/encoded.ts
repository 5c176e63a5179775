import type { Event } from '../../../schemas/events.ts'
import { createNormaliser } from '../../../schemas/normalise.ts'
import { ColumnWriter, type EncodedTables } from '../../decode/columns.ts'
import { readEvent } from '../../decode/decode.ts'
import type { Origin } from '../placed-tables.ts'
import type { Store } from '../store.ts'

const normalise = createNormaliser((value) => value)

/** A wire event as a decode worker reads it: from the bytes of its line, as a byte string. */
export function decoded(wire: object): { readonly event: Event; readonly raw: Buffer } {
  const raw = Buffer.from(JSON.stringify(wire))
  const event = readEvent(JSON.parse(raw.toString('latin1')), normalise)
  if ('code' in event && 'message' in event) throw new Error(`${event.code}: ${event.message}`)
  return { event, raw }
}

export interface Placed extends Origin {
  readonly token: string
}

/** Writes one range by itself. */
export function writeOne(store: Store, { tables }: EncodedTables, { token, ...origin }: Placed): Promise<void> {
  return store.writeColumns([{ tables, origin }], { token })
}

/** The columns of a chunk that holds these wire events, one a row. */
export function encode(wires: readonly object[]): EncodedTables {
  const writer = new ColumnWriter()
  wires.forEach((wire, row) => {
    const { event, raw } = decoded(wire)
    writer.add(event, row, raw)
  })
  return writer.finish()
}
