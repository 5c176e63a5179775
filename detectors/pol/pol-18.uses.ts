import { dayOf } from '../../schemas/time.ts'
import { type Part, UNCHANGED, type Visit } from '../detector.ts'
import { monthOf } from '../kit/calendar.ts'
import { concernsProcurement, type PackedUse, packUse, usesIn } from '../kit/procured.ts'
import { BACK, type Evidence, keptUntil, type Params, type TakenBack } from './pol-18.terms.ts'

/** Settlements of one institution and day lie in so many records: a busy day is not written anew for each of them. */
const DRAWERS = 16

function drawerOf(setl_id: string): number {
  let sum = 0
  for (let i = 0; i < setl_id.length; i++) sum = (sum * 31 + setl_id.charCodeAt(i)) % 65_521
  return sum % DRAWERS
}

/** What each settlement was counted as, for as long as it can be taken back. */
export const usesPart: Part<Visit, Record<string, readonly PackedUse[]>, Evidence, Params> = {
  name: 'USES',
  on: ['settlement'],
  space: 'institution',
  root: ({ fixmedins_code }) => fixmedins_code,
  key: ({ setl_id, setl_time }) => `${dayOf(setl_time)}|${drawerOf(setl_id)}`,
  memoryless: false,
  owned: true,
  concerns: concernsProcurement,
  initial: () => ({}),
  onEvent(state, visit, { params, reference }) {
    const uses = usesIn(visit, params.price_tolerance, reference)
    if (uses.length === 0) return UNCHANGED
    state[visit.setl_id] = uses.map(packUse)
    return { state, forgetAt: keptUntil(monthOf(dayOf(visit.setl_time))) }
  },
  onVoid(state, { setl_id: id, setl_time: at, admdvs }, { root, at: backAt, watermark }) {
    const [month, uses] = [monthOf(dayOf(at)), state[id]]
    if (!uses || watermark >= keptUntil(month)) return UNCHANGED
    delete state[id]
    const values: TakenBack = { settlement: { id, at }, uses }
    return {
      state: Object.keys(state).length > 0 ? state : undefined,
      forgetAt: keptUntil(month),
      tells: [{ kind: 'told', back: true, topic: BACK, of: root, period: month, at: backAt, admdvs, values }],
    }
  },
}
