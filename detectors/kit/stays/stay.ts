import type { Admission, Discharge } from '../../../schemas/events.ts'
import { isInpatient } from '../../../schemas/med-class.ts'
import type { Fen } from '../../../schemas/money.ts'
import { DAY, dayOf, type Instant, startOfDay } from '../../../schemas/time.ts'
import type { Visit } from '../../detector.ts'
import type { Place } from '../bills/finding.ts'
import type { Entry } from '../parts/window.ts'

/** What one event tells about a stay. A stay is assembled from all of them (contract, "Identity, duplicates, voids"). */
export interface StayEntry extends Entry, Place {
  readonly source: 'admission' | 'discharge' | 'settlement'
  readonly mdtrt_id: string
  readonly begntime: Instant | undefined
  readonly endtime: Instant | undefined
  /** Of an admission only where it is told to be another one than the usual (`IPT`). */
  readonly med_class: string
  readonly fund: Fen
  readonly dscg_way: string
  /** A mid-stay settlement: its `endtime` is not the end of the stay. */
  readonly mid: boolean
  /** Of two discharges of one stay the one with the later `ingest_time` is the correction. */
  readonly ingest_time: Instant
}

export interface Stay extends Place {
  readonly mdtrt_id: string
  readonly begntime: Instant
  /** `undefined` while the stay is open. */
  readonly endtime: Instant | undefined
  readonly med_class: string
  readonly dscg_way: string
  readonly setl_ids: readonly string[]
  readonly fund: Fen
}

/** A stay that begins at midnight to the second tells only its day: it may have begun at any time of it. */
export function latestBegin(begntime: Instant): Instant {
  return begntime === startOfDay(dayOf(begntime)) ? begntime + DAY : begntime
}

/** A stay that ends at midnight to the second tells only its day: it may have ended at any time of it. */
export function latestEnd(endtime: Instant): Instant {
  return endtime === startOfDay(dayOf(endtime)) ? endtime + DAY : endtime
}

/** 医嘱转院, 死亡: whoever died, or was sent on to another hospital, was no less ill than an admission asks for. */
export const GRAVE_END: ReadonlySet<string> = new Set(['2', '5'])

/** What admissions and discharges have in common. */
export type Word = Place & Pick<StayEntry, 'at' | 'mdtrt_id' | 'ingest_time'>

export function admissionEntry(word: Word, med_class = ''): StayEntry {
  const id = `admission:${word.mdtrt_id}`
  const times = { begntime: word.at, endtime: undefined }
  return { source: 'admission', id, med_class, fund: 0, dscg_way: '', mid: false, ...times, ...word }
}

export function dischargeEntry(word: Word, dscg_way: string): StayEntry {
  const { at, mdtrt_id, ingest_time } = word
  const id = `discharge:${mdtrt_id}:${ingest_time}:${at}`
  const times = { begntime: undefined, endtime: at }
  return { source: 'discharge', id, med_class: '', fund: 0, dscg_way, mid: false, ...times, ...word }
}

/** The contribution of an admission, discharge or inpatient settlement; `undefined` for every other settlement. */
export function stayEntry(event: Visit | Admission | Discharge): StayEntry | undefined {
  if (event.kind === 'settlement') return settlementEntry(event)
  const { mdtrt_id, fixmedins_code, ingest_time = 0 } = event
  if (event.kind === 'discharge') {
    const word = { at: event.endtime, mdtrt_id, fixmedins_code, admdvs: '', insu_admdvs: '', ingest_time }
    return dischargeEntry(word, event.dscg_way)
  }
  const { begntime: at, mdtrt_admdvs: admdvs, insu_admdvs } = event
  return admissionEntry({ at, mdtrt_id, fixmedins_code, admdvs, insu_admdvs, ingest_time })
}

function settlementEntry(visit: Visit): StayEntry | undefined {
  if (!isInpatient(visit.med_class)) return undefined
  const { fixmedins_code, admdvs, insu_admdvs, begntime, endtime, med_class, dscg_way } = visit
  return {
    id: visit.setl_id,
    at: visit.setl_time,
    source: 'settlement',
    mdtrt_id: visit.mdtrt_id || visit.setl_id,
    fixmedins_code,
    admdvs,
    insu_admdvs,
    begntime,
    endtime,
    med_class,
    dscg_way,
    fund: visit.fund_pay_sumamt,
    mid: visit.mid_setl_flag === '1',
    ingest_time: visit.ingest_time ?? 0,
  }
}

/** The stays that the entries tell of, by begin and id. A stay whose begin no event tells is left out. */
export function staysOf(entries: readonly StayEntry[]): Stay[] {
  const visits = new Map<string, StayEntry[]>()
  for (const entry of entries) {
    const known = visits.get(entry.mdtrt_id)
    if (known) known.push(entry)
    else visits.set(entry.mdtrt_id, [entry])
  }
  const stays: Stay[] = []
  for (const [mdtrt_id, told] of visits) {
    const stay = assemble(mdtrt_id, told)
    if (stay) stays.push(stay)
  }
  return stays.sort((a, b) => a.begntime - b.begntime || (a.mdtrt_id < b.mdtrt_id ? -1 : 1))
}

function assemble(mdtrt_id: string, told: readonly StayEntry[]): Stay | undefined {
  let [admission, discharge]: (StayEntry | undefined)[] = []
  let [first, last, final]: (StayEntry | undefined)[] = []
  let began = Number.POSITIVE_INFINITY
  let fund: Fen = 0
  const setl_ids: string[] = []
  for (const entry of told) {
    if (entry.source === 'admission') admission ??= entry
    else if (entry.source === 'discharge') discharge = laterWord(discharge, entry)
    else {
      first ??= entry
      last = entry
      if (!entry.mid) final = entry
      if (entry.begntime !== undefined && entry.begntime < began) began = entry.begntime
      fund += entry.fund
      setl_ids.push(entry.id)
    }
  }
  const begntime = admission?.begntime ?? (Number.isFinite(began) ? began : undefined)
  if (begntime === undefined) return undefined
  const where = last ?? admission ?? discharge!
  return {
    mdtrt_id,
    begntime,
    endtime: discharge?.endtime ?? final?.endtime,
    fixmedins_code: admission?.fixmedins_code || where.fixmedins_code,
    admdvs: where.admdvs,
    insu_admdvs: where.insu_admdvs,
    med_class: final?.med_class || first?.med_class || admission?.med_class || '',
    dscg_way: discharge?.dscg_way || final?.dscg_way || '',
    setl_ids,
    fund,
  }
}

function laterWord(a: StayEntry | undefined, b: StayEntry): StayEntry {
  if (!a || b.ingest_time > a.ingest_time) return b
  return b.ingest_time === a.ingest_time && b.endtime! > a.endtime! ? b : a
}

/** Stay days for charging: the difference of dates, at least 1; 1 more where the province counts both ends. */
export function stayDays(begntime: Instant, endtime: Instant, basis: 'admission' | 'both'): number {
  return Math.max(1, dayOf(endtime) - dayOf(begntime)) + (basis === 'both' ? 1 : 0)
}

/** Outpatient settlements wait this long for a stay that is learned late (contract). */
export const STAY_MEMORY = 180 * DAY
