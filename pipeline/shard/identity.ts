import { hash } from 'node:crypto'
import type { Discharge, Event, Reference } from '../../schemas/events.ts'
import type { Arrival } from '../decode/packed.ts'

/** Ids longer than this are replaced by their hash in keys of memory. */
const LONGEST_ID = 200

/** An id as part of a memory key. */
export function keyPart(id: string): string {
  return id.length <= LONGEST_ID ? id : `#${hash('sha256', id, 'hex')}`
}

/** What an event is identified by (contract, "Identity, duplicates, voids"); `undefined` for kinds that are never duplicates. */
export function identityOf({ kind, id, hashHigh, hashLow }: Arrival): string | undefined {
  switch (kind) {
    case 'settlement':
    case 'void':
      return settlementKey(id)
    case 'inventory':
      return `i|inventory|${id ? keyPart(id) : `${hashHigh}:${hashLow}`}`
    case 'admission':
    case 'discharge':
    case 'complaint':
      return `i|${kind}|${keyPart(id)}`
    default:
      return undefined
  }
}

export function settlementKey(setl_id: string): string {
  return `i|settlement|${keyPart(setl_id)}`
}

/** Stands where a settlement's stamp will, when its void has come first. */
export const AWAITED = Buffer.of(0)

export function isAwaited(stamp: Uint8Array): boolean {
  return stamp.length === AWAITED.length
}

/** The key under which a void waits for, or marks, its original. */
export function voidKey(setl_id: string): string {
  return `v|${keyPart(setl_id)}`
}

export function referenceKey({ table, id, effective_from, row }: Reference): string {
  return `r|${table}|${keyPart(id)}|${effective_from ?? ''}|${row.admdvs ?? ''}|${row.level ?? ''}`
}

/** What memory keeps of an accepted event: the hash of its bytes, and a discharge's `ingest_time`. */
export function stampOf({ hashHigh, hashLow }: Arrival, event: Event): Buffer {
  const stamp = Buffer.allocUnsafe(event.kind === 'discharge' ? 16 : 8)
  stamp.writeUInt32LE(hashHigh, 0)
  stamp.writeUInt32LE(hashLow, 4)
  if (event.kind === 'discharge') stamp.writeDoubleLE(event.ingest_time ?? 0, 8)
  return stamp
}

export function hasSameBytes({ hashHigh, hashLow }: Arrival, stamp: Uint8Array): boolean {
  const known = asBuffer(stamp)
  return known.readUInt32LE(0) === hashHigh && known.readUInt32LE(4) === hashLow
}

/** A second discharge of a stay with a later `ingest_time` corrects the first. */
export function isCorrection(discharge: Discharge, stamp: Uint8Array): boolean {
  return (discharge.ingest_time ?? 0) > asBuffer(stamp).readDoubleLE(8)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
