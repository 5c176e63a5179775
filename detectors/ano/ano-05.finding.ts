import { type Fen, yuan } from '../../schemas/money.ts'
import { type Day, formatDay, formatInstant, hourOf } from '../../schemas/time.ts'
import type { Finding, Form, Visit } from '../detector.ts'
import type { Site } from '../kit/bills/finding.ts'
import { packSite, packTime, unpackSite, unpackTime } from '../kit/parts/packed.ts'
import { inTime } from '../kit/parts/remembered.ts'
import type { Entry } from '../kit/parts/window.ts'

export interface Settled extends Entry, Site {
  readonly fund: Fen
}

export const FORM: Form<Settled> = {
  pack: (settled) => [settled.id, packTime(settled.at), packSite(settled), settled.fund],
  unpack: ([id, at, site, fund]) => ({ id, at: unpackTime(at), fund, ...unpackSite(site) }),
}

export interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly clause: 'night' | 'closed' | 'hour'
  /** As registered; empty where that is not what it is about. */
  readonly open_hours: string
  /** Settlements in question in each hour of the day. */
  readonly hours: readonly number[]
  /** Most settlements that are expected in each hour in question; `null` where none is. */
  readonly limits: readonly { readonly hour: number; readonly expected: number; readonly limit: number }[] | null
  readonly list: readonly { readonly setl_id: string; readonly setl_time: string }[]
  readonly settlements: number
  readonly vola_amt: number
}

export interface Params {
  readonly night_from: number
  readonly night_to: number
  readonly night_settlements: number
  readonly night_minutes: number
  readonly hour_settlements: number
  readonly hour_factor: number
  readonly warm_up_days: number
  readonly posting_hours: number
}

export function settled({ setl_id: id, setl_time: at, fixmedins_code, admdvs, fund_pay_sumamt: fund }: Visit): Settled {
  return { id, at, fixmedins_code, admdvs, fund }
}

const SHOWN = 50

type Said = Pick<Evidence, 'clause' | 'open_hours' | 'limits'>

export function findingOn(fixmedins_code: string, day: Day, settlements: readonly Settled[], said: Said): Finding<Evidence> {
  const inOrder = settlements.toSorted(inTime)
  const [first, last] = [inOrder[0]!, inOrder.at(-1)!]
  const vola_amt = inOrder.reduce((sum, { fund }) => sum + fund, 0)
  const hours = new Array<number>(24).fill(0)
  for (const { at } of inOrder) hours[hourOf(at)]!++
  return {
    subject: { type: 'institution', id: fixmedins_code },
    bucket: formatDay(day),
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: inOrder.map(({ id }) => id),
    lines: [],
    at: last.at,
    first_seen: first.at,
    count: inOrder.length,
    ...{ psn_no: '', fixmedins_code, admdvs: last.admdvs, insu_admdvs: '' },
    evidence: {
      day: formatDay(day),
      fixmedins_code,
      hours,
      list: inOrder.slice(0, SHOWN).map(({ id, at }) => ({ setl_id: id, setl_time: formatInstant(at) })),
      settlements: inOrder.length,
      vola_amt: yuan(vola_amt),
      ...said,
    },
  }
}
