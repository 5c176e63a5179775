import { isInpatient } from '../../schemas/med-class.ts'
import type { Context, Visit } from '../detector.ts'
import { type Compared, type PeersRule, type SaidOfMonth, type Spreads, spreads } from '../kit/parts/peers.ts'
import { monthsAfter } from '../kit/plain/calendar.ts'
import { isAbove, upperBound } from '../kit/plain/robust.ts'
import { ADRG, isWithMcc } from './med-09.group.ts'
import { type Evidence, type Params, rounded } from './med-09.terms.ts'

/** Weights carry four decimals; sums of whole numbers do not depend on their order. */
const WEIGHT_SCALE = 1e4

interface Tally {
  stays: number
  /** Sum of weights, in ten-thousandths. */
  weight: number
  /** Sum of their squares. */
  squares: number
  /** Stays and those with MCC, by ADRG. */
  readonly groups: Record<string, [stays: number, mcc: number]>
}

function isGrouped(visit: Visit): boolean {
  return isInpatient(visit.med_class) && visit.mid_setl_flag !== '1' && visit.drg_code.length > ADRG
}

function countStay(tally: Tally, visit: Visit, sign: 1 | -1, { reference }: Context<Params>): void {
  const weight = reference.find('drg', visit.drg_code, visit.begntime ?? visit.setl_time, visit)?.row.weight
  if (weight) {
    tally.stays += sign
    const scaled = Math.round(weight * WEIGHT_SCALE)
    tally.weight += sign * scaled
    tally.squares += sign * scaled * scaled
  }
  const adrg = visit.drg_code.slice(0, ADRG)
  const [stays, mcc] = tally.groups[adrg] ?? [0, 0]
  if (stays + sign <= 0) delete tally.groups[adrg]
  else tally.groups[adrg] = [stays + sign, mcc + (isWithMcc(visit.drg_code) ? sign : 0)]
}

const CASE_MIX = 'case-mix'
/** Square of the error that chance leaves in it. */
const CASE_MIX_ERROR = 'case-mix-error'

function caseMixOf({ stays, weight, squares }: Tally): [string, number][] {
  const mean = weight / stays
  const error = (squares / stays - mean * mean) / Math.max(1, stays - 1)
  return [
    [CASE_MIX, mean / WEIGHT_SCALE],
    [CASE_MIX_ERROR, Math.max(0, error) / WEIGHT_SCALE ** 2],
  ]
}

function judgeMonth({ month, measures, peers, before }: Compared<Tally, Spreads>, params: Params): SaidOfMonth<Evidence>[] {
  const said: SaidOfMonth<Evidence>[] = []
  const say = (name: string, kind: Evidence['kind'], compared_with: number, months: Evidence['months']) =>
    said.push({
      ...{ bucket: `${month}|${name}`, result: 'suspicion', severity: 2, vola_amt: 0, count: 1 },
      evidence: {
        ...{ kind, drg_code: kind === 'mcc_share' ? name : '', expected_drg: '' },
        ...{ value: rounded(measures[name]!), compared_with: rounded(compared_with) },
        ...{ unsupported: [], months: months.map((one) => ({ month: one.month, value: rounded(one.value) })), loss: 0 },
      },
    })
  const of = (name: string, count: number) => {
    const known = before.filter((one) => one.month >= monthsAfter(month, 1 - count))
    const all = [...known, { month, measures }].flatMap((one) => {
      const value = one.measures[name]
      return value === undefined ? [] : [{ month: one.month, value }]
    })
    return all.length === count ? all : []
  }
  for (const name of Object.keys(measures)) {
    if (name === CASE_MIX || name === CASE_MIX_ERROR) continue
    const spread = peers[name]!
    if (spread.n < params.least_peers) continue
    // Months before are held against the peers of this one: their own are not handed on.
    const bound = upperBound(spread, params.mads)
    const months = of(name, params.months)
    if (months.length > 0 && months.every(({ value }) => isAbove(value, bound))) say(name, 'mcc_share', bound, months)
  }
  const [earlier, now] = CASE_MIX in measures ? of(CASE_MIX, 2) : []
  const errors = CASE_MIX in measures ? of(CASE_MIX_ERROR, 2) : []
  if (earlier && now && isAbove(now.value, earlier.value * (1 + params.case_mix_jump))) {
    const chance = Math.sqrt(errors.reduce((sum, { value }) => sum + value, 0))
    if (now.value - earlier.value > params.case_mix_errors * chance) say(CASE_MIX, 'case_mix', earlier.value, [earlier, now])
  }
  return said
}

/** Institutions that code MCC far more often than their peers, or whose stays grow heavier from one month to the next. */
export const customRule: PeersRule<Visit, Tally, Spreads, Evidence, Params> = {
  topic: 'MED-09',
  partialMonths: true,
  name: 'INST',
  on: ['settlement'],
  root: ({ fixmedins_code }) => fixmedins_code,
  at: ({ setl_time }) => setl_time,
  concerns: isGrouped,
  initial: () => ({ stays: 0, weight: 0, squares: 0, groups: {} }),
  count: countStay,
  named: ({ drg_code, setl_id: id, setl_time: at }) => (isWithMcc(drg_code) ? { id, at } : undefined),
  measures(tally, { params }) {
    const { stays, groups } = tally
    const shares = Object.entries(groups).flatMap(([adrg, [all, mcc]]) =>
      all >= params.least_group_stays ? [[adrg, mcc / all] as const] : [],
    )
    const index = stays >= params.least_stays ? caseMixOf(tally) : []
    const measures = [...shares, ...index]
    return measures.length > 0 ? Object.fromEntries(measures) : undefined
  },
  gather: spreads,
  before: 2,
  judge: (compared, { params }) => judgeMonth(compared, params),
}
