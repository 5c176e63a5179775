import type { Instant } from '../../../schemas/time.ts'
import type { Form } from '../../detector.ts'
import { type PackedTime, packHead, packPlace, packTime, unpackHead, unpackPlace, unpackTime } from '../parts/packed.ts'
import { admissionEntry, dischargeEntry, type StayEntry } from './stay.ts'

/** What tells of stays in few bytes: admissions and discharges are known by their visit. */
export const STAY_FORM: Form<StayEntry> = {
  pack(entry) {
    const { source, at, mdtrt_id, begntime, endtime, med_class, fund, dscg_way, mid, ingest_time } = entry
    const ingested = packTime(ingest_time)
    if (source === 'admission') {
      const packed = ['A', mdtrt_id, packTime(at), packPlace(entry), ingested]
      return med_class ? [...packed, med_class] : packed
    }
    if (source === 'discharge') return ['D', mdtrt_id, packTime(at), packPlace(entry), ingested, dscg_way]
    const [began, ended] = [packOptional(begntime), packOptional(endtime)]
    return ['S', mdtrt_id, ...packHead(entry), ingested, dscg_way, began, ended, med_class, fund, mid ? 1 : 0]
  },
  unpack([source, mdtrt_id, ...told]) {
    if (source === 'S') {
      const [, , , ingested, dscg_way, begntime, endtime, med_class, fund, mid] = told
      return {
        source: 'settlement',
        mdtrt_id,
        begntime: begntime === null ? undefined : unpackTime(begntime),
        endtime: endtime === null ? undefined : unpackTime(endtime),
        med_class,
        fund,
        dscg_way,
        mid: mid === 1,
        ingest_time: unpackTime(ingested),
        ...unpackHead(told),
      }
    }
    const [at, place, ingested, said] = told
    const word = { at: unpackTime(at), mdtrt_id, ingest_time: unpackTime(ingested), ...unpackPlace(place) }
    return source === 'A' ? admissionEntry(word, said) : dischargeEntry(word, said)
  },
}

function packOptional(time: Instant | undefined): PackedTime | null {
  return time === undefined ? null : packTime(time)
}
