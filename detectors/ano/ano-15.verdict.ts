import { yuan } from '../../schemas/money.ts'
import { dayOf, formatDay, formatInstant, HOUR } from '../../schemas/time.ts'
import type { Finding } from '../detector.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import type { Evidence, InstitutionDay, Params, Voided } from './ano-15.terms.ts'

const SHOWN = 50

/** Calendar days between a settlement and its void. */
function daysBetween({ at, voided }: Voided): number {
  return dayOf(voided) - dayOf(at)
}

function onSameDay({ voids }: InstitutionDay): readonly Voided[] {
  return voids.filter((entry) => daysBetween(entry) === 0)
}

/** Settlements of the day, taken back on it or not. */
export function settlementsOf(memory: InstitutionDay): number {
  return memory.settled + onSameDay(memory).length
}

export function isOften(memory: InstitutionDay, params: Params): boolean {
  const { length } = memory.voids
  return length >= params.voids && length > params.rate * settlementsOf(memory)
}

/** Per cent, with the decimals that it takes to lie above a bound that the share exceeds. */
function percentAbove(bound: number, share: number): number {
  let percent = 0
  for (let decimals = 1; decimals <= 6 && percent <= bound * 100; decimals++) percent = Number((share * 100).toFixed(decimals))
  return percent
}

export function findingOn(fixmedins_code: string, memory: InstitutionDay, params: Params): Finding<Evidence> | undefined {
  const { day, voids, outage } = memory
  const sameDay = onSameDay(memory)
  const settlements = settlementsOf(memory)
  const isFrequent = !outage && isOften(memory, params)
  const persons = [...groupBy(sameDay, ({ psn_no }) => psn_no).values()].filter(({ length }) => length >= params.person_voids)
  const late = voids.filter((entry) => daysBetween(entry) > params.late_days)
  const named = [...new Set([isFrequent ? voids : [], ...persons, late].flat())].sort(inTime)
  if (named.length === 0) return undefined
  const byVoid = named.toSorted((a, b) => a.voided - b.voided || (a.id < b.id ? -1 : 1))
  const { voided: at, admdvs } = byVoid.at(-1)!
  return {
    subject: { type: 'institution', id: fixmedins_code },
    bucket: formatDay(day),
    result: 'suspicion',
    severity: 3,
    // What was taken back is no loss of the fund.
    vola_amt: 0,
    setl_ids: named.map(({ id }) => id),
    lines: [],
    at,
    first_seen: byVoid[0]!.voided,
    count: named.length,
    ...{ psn_no: '', fixmedins_code, admdvs, insu_admdvs: '' },
    evidence: {
      day: formatDay(day),
      fixmedins_code,
      settlements,
      voids: voids.length,
      rate: isFrequent ? percentAbove(params.rate, voids.length / Math.max(1, settlements)) : null,
      repeated: persons.slice(0, SHOWN).map((group) => ({ psn_no: group[0]!.psn_no, voids: group.length })),
      late_days: late.length > 0 ? Math.max(...late.map(daysBetween)) : null,
      list: byVoid.slice(0, SHOWN).map((entry) => ({
        setl_id: entry.id,
        setl_time: formatInstant(entry.at),
        void_time: formatInstant(entry.voided),
        hours: Math.round((entry.voided - entry.at) / (HOUR / 10)) / 10,
        opter: entry.opter,
      })),
      voided_fund: yuan(named.reduce((sum, { fund }) => sum + fund, 0)),
    },
  }
}
