import { hash } from 'node:crypto'
import type { Discharge, Event, Reference } from '../../schemas/events.ts'
import type { Arrival } from '../decode/packed.ts'

/** Ids longer than this are replaced by their hash in keys of memory. */
const LONGEST_ID = 200
const PRINT_LENGTH = 65

/** An id as part of a memory key. */
export function keyPart(id: string): string {
  return id.length <= LONGEST_ID ? id : `#${hash('sha256', id, 'hex')}`
}

/** Whether an id in a key stands there by its hash. */
export function isPrint(part: string): boolean {
  return part.length === PRINT_LENGTH && part.startsWith('#')
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

/** When a settlement was heard: what its void takes back is what it was counted as then. */
export interface HeardWhen {
  /** The number of the knowledge. */
  readonly knowledge: number
  /** How many parcels had been made, where there are other slices: they have heard it then. */
  readonly parcels: number
  /** It came too late to be counted by whoever remembers. */
  readonly late: boolean
}

const [HASH, INGESTED, KNOWLEDGE, PARCELS] = [8, 8, 4, 6]
/** A bit that no number of the knowledge reaches. */
const LATE = 0x8000_0000

/**
 * What memory keeps of an accepted event: the hash of its bytes, a discharge's `ingest_time`, and when a settlement was
 * heard.
 * @param corrected the stamp of the discharge that this one corrects
 */
export function stampOf(
  { hashHigh, hashLow }: Arrival,
  event: Event,
  { knowledge, parcels }: Pick<HeardWhen, 'knowledge' | 'parcels'>,
  corrected?: Uint8Array,
): Buffer {
  const { kind } = event
  const more = kind === 'discharge' ? INGESTED : kind === 'settlement' ? KNOWLEDGE + (parcels > 0 ? PARCELS : 0) : 0
  const stamp = Buffer.allocUnsafe(HASH + more)
  stamp.writeUInt32LE(hashHigh, 0)
  stamp.writeUInt32LE(hashLow, 4)
  if (kind === 'discharge') stamp.writeDoubleLE(event.ingest_time ?? 0, HASH)
  if (kind === 'settlement') stamp.writeUInt32LE(knowledge, HASH)
  if (kind === 'settlement' && parcels > 0) stamp.writeUIntLE(parcels, HASH + KNOWLEDGE, PARCELS)
  return corrected ? Buffer.concat([stamp, corrected.subarray(0, HASH), corrected.subarray(HASH + INGESTED)]) : stamp
}

/** The same settlement's stamp, now that it has turned out to be late. */
export function lateStamp(stamp: Uint8Array): Buffer {
  const late = Buffer.from(stamp)
  late.writeUInt32LE((late.readUInt32LE(HASH) | LATE) >>> 0, HASH)
  return late
}

/** When the settlement of this stamp was heard: before all that is numbered, where an older release has stamped it. */
export function heardWhen(stamp: Uint8Array): HeardWhen {
  const known = asBuffer(stamp)
  const number = known.length >= HASH + KNOWLEDGE ? known.readUInt32LE(HASH) : 0
  const parcels = known.length >= HASH + KNOWLEDGE + PARCELS ? known.readUIntLE(HASH + KNOWLEDGE, PARCELS) : 0
  return { knowledge: number % LATE, parcels, late: number >= LATE }
}

export function hasSameBytes({ hashHigh, hashLow }: Arrival, stamp: Uint8Array): boolean {
  const known = asBuffer(stamp)
  return known.readUInt32LE(0) === hashHigh && known.readUInt32LE(4) === hashLow
}

/** A discharge that has been corrected since comes again: whoever sends a file anew contradicts nobody. */
export function wasCorrected({ kind, hashHigh, hashLow }: Arrival, stamp: Uint8Array): boolean {
  if (kind !== 'discharge') return false
  const known = asBuffer(stamp)
  for (let at = HASH + INGESTED; at + HASH <= known.length; at += HASH)
    if (known.readUInt32LE(at) === hashHigh && known.readUInt32LE(at + 4) === hashLow) return true
  return false
}

/** A second discharge of a stay with a later `ingest_time` corrects the first. */
export function isCorrection(discharge: Discharge, stamp: Uint8Array): boolean {
  return (discharge.ingest_time ?? 0) > asBuffer(stamp).readDoubleLE(HASH)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
