import type { Finding, Visit, VisitHead } from '../../detector.ts'
import type { Place, Whereabouts } from '../bills/finding.ts'
import type { Entry } from './window.ts'

/** What every memory of a person's settlement keeps, so that a later finding can name it and its place. */
export interface Remembered extends Entry, Place {}

export function remembered({ setl_id, setl_time, fixmedins_code, admdvs, insu_admdvs }: VisitHead): Remembered {
  return { id: setl_id, at: setl_time, fixmedins_code, admdvs, insu_admdvs }
}

/** By time and id, the order in which a finding names its settlements. */
export function inTime(a: Entry, b: Entry): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** When and where a finding on a person's settlements lies: all of them by time and id, the place and time of the last. */
export function restingOn(
  psn_no: string,
  settlements: readonly Remembered[],
): Pick<Finding, 'setl_ids' | 'at' | keyof Whereabouts> {
  const distinct = [...new Map(settlements.map((settlement) => [settlement.id, settlement])).values()]
  distinct.sort(inTime)
  const { at, fixmedins_code, admdvs, insu_admdvs } = distinct.at(-1)!
  return { setl_ids: distinct.map((settlement) => settlement.id), at, psn_no, fixmedins_code, admdvs, insu_admdvs }
}

/** The visit to which a settlement belongs; one without `mdtrt_id` is its own visit. */
export function visitOf({ mdtrt_id, setl_id }: Pick<Visit, 'mdtrt_id' | 'setl_id'>): string {
  return mdtrt_id || setl_id
}
