import { randomUUID } from 'node:crypto'
import type { Alert } from '../../../schemas/alert.ts'
import { type Fen, fenOf } from '../../../schemas/money.ts'
import { DAY, formatInstant, type Instant } from '../../../schemas/time.ts'
import type { HOLD_STATES } from '../../../schemas/workflow.ts'
import type { Sql } from '../database/database.ts'
import { Refused } from './machine/refused.ts'
import type { Actor, Command } from './machine/situation.ts'

/** Money of one settlement that is not paid out for now (domain: workflow 3.5). */
export interface HoldRow {
  readonly hold_id: string
  readonly alert_id: string
  readonly setl_id: string
  readonly fixmedins_code: string
  readonly admdvs: string
  readonly insu_admdvs: string
  readonly month: string
  readonly amt: Fen
  readonly reason_rule: string
  readonly automatic: boolean
  readonly state: (typeof HOLD_STATES)[number]
  readonly since: Instant
  /** A suspicion is released then, unless a person has confirmed the hold. */
  readonly confirm_by: Instant | null
  /** Released then, unless an officer has confirmed that it goes on. */
  readonly expires: Instant | null
  readonly requested_by: string
  readonly release_requested_by: string
  readonly confirmed_by: string
  readonly ended: Instant | null
  readonly end_reason: string
}

const HOLD_DAYS = 30
const CONFIRM_WORKDAYS = 5
/** Above this a manual hold or release takes two persons. */
export const SECOND_PERSON_ABOVE: Fen = 10_000_00

/** What is known of a settlement whose money may be held. */
export interface HoldableSettlement {
  readonly setl_id: string
  readonly fixmedins_code: string
  readonly month: string
  readonly fund_pay: Fen
}
export type Settlements = ReadonlyMap<string, HoldableSettlement>

export function isActive({ state }: Pick<HoldRow, 'state'>): boolean {
  return state === 'REQUESTED' || state === 'HELD'
}

/** Whether the alert's money is held without a person: severity 1 or 2, money at risk, told to officers, told by itself. */
export function isHeldAutomatically({ severity, result_type, vola_amt, audience, parent_alert_id }: Alert): boolean {
  return severity <= 2 && vola_amt > 0 && result_type !== 'indicator' && audience === 'officer' && parent_alert_id === ''
}

/**
 * The amount at risk of each settlement: of its violating lines; without lines the alert's amount, the latest settlements
 * first, because what came later made the pattern. Never more than the fund has paid, where that is known.
 */
export function amountsAtRisk(alert: Alert, settlements: Settlements): Map<string, Fen> {
  const amounts = new Map<string, Fen>()
  const mostOf = (setl_id: string) => settlements.get(setl_id)?.fund_pay ?? Number.POSITIVE_INFINITY
  for (const { setl_id, vola_item_type, vola_amt } of alert.lines) {
    if (vola_item_type !== 1) continue
    amounts.set(setl_id, Math.min(mostOf(setl_id), (amounts.get(setl_id) ?? 0) + fenOf(vola_amt)))
  }
  let left = amounts.size > 0 ? 0 : fenOf(alert.vola_amt)
  for (const setl_id of [...alert.setl_ids].reverse()) {
    const amount = Math.min(left, mostOf(setl_id))
    if (amount > 0) amounts.set(setl_id, amount)
    left -= amount
  }
  return new Map([...amounts].filter(([, amount]) => amount > 0))
}

interface Making {
  readonly now: Instant
  readonly afterWorkdays: (n: number) => Instant
  readonly settlements: Settlements
}

function newHold(alert: Alert, setl_id: string, amt: Fen, { now, settlements }: Making): HoldRow {
  const settlement = settlements.get(setl_id)
  return {
    hold_id: randomUUID(),
    alert_id: alert.alert_id,
    setl_id,
    fixmedins_code: settlement?.fixmedins_code ?? alert.fixmedins_code,
    admdvs: alert.admdvs,
    insu_admdvs: alert.insu_admdvs,
    month: settlement?.month ?? alert.event_time.slice(0, 7),
    amt,
    reason_rule: alert.detector_id,
    automatic: false,
    state: 'HELD',
    since: now,
    confirm_by: null,
    expires: now + HOLD_DAYS * DAY,
    requested_by: '',
    release_requested_by: '',
    confirmed_by: '',
    ended: null,
    end_reason: '',
  }
}

/**
 * Holds that the system makes or adjusts for an alert: a grown finding holds more. What a person has released stays
 * released.
 */
export function automaticHolds(alert: Alert, holds: readonly HoldRow[], making: Making): HoldRow[] {
  const known = new Map(holds.map((hold) => [hold.setl_id, hold]))
  const confirm_by = alert.result_type === 'suspicion' ? making.afterWorkdays(CONFIRM_WORKDAYS) : null
  return [...amountsAtRisk(alert, making.settlements)].flatMap(([setl_id, amt]) => {
    const before = known.get(setl_id)
    // What was released because the finding fell is held again when the finding is back.
    const isBack = before?.end_reason === 'VOIDED'
    if (!before || isBack) return [{ ...newHold(alert, setl_id, amt, making), automatic: true, confirm_by }]
    return before.automatic && isActive(before) && before.amt !== amt ? [{ ...before, amt }] : []
  })
}

function chosen(holds: readonly HoldRow[], setlIds: readonly string[] | undefined): HoldRow[] {
  return holds.filter((hold) => isActive(hold) && (!setlIds || setlIds.includes(hold.setl_id)))
}

function totalOf(holds: readonly HoldRow[]): Fen {
  return holds.filter(isActive).reduce((sum, { amt }) => sum + amt, 0)
}

export interface HoldChange {
  readonly changed: readonly HoldRow[]
  /** It waits for a second person. */
  readonly pending: boolean
}

/** A person holds what is not held yet. @throws Refused `HOLD_NONE` */
function holdByHand(
  alert: Alert,
  holds: readonly HoldRow[],
  setlIds: readonly string[] | undefined,
  { name }: Actor,
  making: Making,
): HoldChange {
  const held = new Set(holds.filter(isActive).map(({ setl_id }) => setl_id))
  const wanted = [...amountsAtRisk(alert, making.settlements)].filter(
    ([setl_id]) => !held.has(setl_id) && (!setlIds || setlIds.includes(setl_id)),
  )
  if (wanted.length === 0) throw new Refused('HOLD_NONE')
  const made = wanted.map(([setl_id, amt]) => newHold(alert, setl_id, amt, making))
  // All that is held for the alert counts, lest a large hold be made of many small ones.
  const pending = totalOf(holds) + totalOf(made) > SECOND_PERSON_ABOVE
  const state = pending ? 'REQUESTED' : 'HELD'
  return { changed: made.map((hold) => ({ ...hold, state, requested_by: name, confirmed_by: pending ? '' : name })), pending }
}

/** A person answers for holds: for requested ones a second person, for a term beyond thirty days an officer. @throws Refused */
function confirmHolds(holds: readonly HoldRow[], setlIds: readonly string[] | undefined, { name, roles }: Actor): HoldChange {
  const meant = chosen(holds, setlIds)
  if (meant.length === 0) throw new Refused('HOLD_NONE')
  const mine = meant.filter(({ state, requested_by }) => state === 'REQUESTED' && requested_by === name)
  if (mine.length > 0) throw new Refused('FOUR_EYES')
  const isOfficer = roles.includes('officer')
  const changed = meant.map((hold): HoldRow => {
    const expires = isOfficer && hold.state === 'HELD' ? null : hold.expires
    return { ...hold, state: 'HELD', confirm_by: null, confirmed_by: name, expires }
  })
  return { changed, pending: false }
}

/** A person releases holds; above the limit a second person does, who is an officer. @throws Refused */
function releaseByHand(
  holds: readonly HoldRow[],
  setlIds: readonly string[] | undefined,
  { name, roles }: Actor,
  now: Instant,
): HoldChange {
  const meant = chosen(holds, setlIds)
  if (meant.length === 0) throw new Refused('HOLD_NONE')
  if (totalOf(holds) <= SECOND_PERSON_ABOVE) return { changed: ended(meant, 'RELEASED', 'BY_HAND', now), pending: false }
  const requested = meant.filter(({ release_requested_by }) => release_requested_by !== '')
  if (requested.length < meant.length) {
    return { changed: meant.map((hold) => ({ ...hold, release_requested_by: name })), pending: true }
  }
  if (requested.some(({ release_requested_by }) => release_requested_by === name)) throw new Refused('FOUR_EYES')
  if (!roles.includes('officer')) throw new Refused('ACTOR_REFUSED')
  return { changed: ended(meant, 'RELEASED', 'BY_HAND', now), pending: false }
}

/** What a person's action does to the holds of an alert; most do nothing to them. @throws Refused */
export function holdChangeOf(
  { action, setl_ids }: Command,
  alert: Alert,
  holds: readonly HoldRow[],
  actor: Actor,
  making: Making,
): HoldChange {
  if (action === 'hold') return holdByHand(alert, holds, setl_ids, actor, making)
  if (action === 'confirm_hold') return confirmHolds(holds, setl_ids, actor)
  if (action === 'release_hold') return releaseByHand(holds, setl_ids, actor, making.now)
  return { changed: [], pending: false }
}

export function ended(
  holds: readonly HoldRow[],
  state: 'RELEASED' | 'REFUSED' | 'OFFSET',
  end_reason: string,
  now: Instant,
): HoldRow[] {
  return holds.filter(isActive).map((hold) => ({ ...hold, state, end_reason, ended: now }))
}

/** Holds as they were before an action; what it made is released, since nothing is deleted. */
export function holdsUndone(holds: readonly HoldRow[], before: readonly HoldRow[], now: Instant): HoldRow[] {
  const earlier = new Map(before.map((hold) => [hold.hold_id, hold]))
  return holds.flatMap((hold) => {
    const old = earlier.get(hold.hold_id)
    if (old) return old.state === hold.state && old.release_requested_by === hold.release_requested_by ? [] : [old]
    return ended([hold], 'RELEASED', 'UNDONE', now)
  })
}

export async function readHolds(sql: Sql, alertIds: readonly string[]): Promise<HoldRow[]> {
  return sql.query<HoldRow>('SELECT * FROM hold WHERE alert_id = ANY($1) ORDER BY since, setl_id, hold_id', [alertIds])
}

export async function saveHolds(sql: Sql, holds: readonly HoldRow[]): Promise<void> {
  if (holds.length === 0) return
  await sql.query(
    `INSERT INTO hold SELECT hold_id, alert_id, setl_id, fixmedins_code, admdvs, insu_admdvs, month, amt, reason_rule,
       automatic, state, since, confirm_by, expires, requested_by, release_requested_by, confirmed_by, ended, end_reason
     FROM jsonb_to_recordset($1::jsonb) AS entry (hold_id text, alert_id text, setl_id text, fixmedins_code text, admdvs text,
       insu_admdvs text, month text, amt bigint, reason_rule text, automatic boolean, state text, since bigint,
       confirm_by bigint, expires bigint, requested_by text, release_requested_by text, confirmed_by text, ended bigint,
       end_reason text)
     ON CONFLICT (hold_id) DO UPDATE SET amt = excluded.amt, state = excluded.state, confirm_by = excluded.confirm_by,
       expires = excluded.expires, release_requested_by = excluded.release_requested_by,
       confirmed_by = excluded.confirmed_by, ended = excluded.ended, end_reason = excluded.end_reason`,
    [JSON.stringify(holds)],
  )
}

/** A hold as it is told. */
export function holdTold(hold: HoldRow, now: Instant) {
  const time = (at: Instant | null) => (at === null ? null : formatInstant(at))
  const { admdvs: _a, insu_admdvs: _i, ...told } = hold
  return {
    ...told,
    amt: hold.amt / 100,
    since: formatInstant(hold.since),
    age_days: Math.floor(((hold.ended ?? now) - hold.since) / DAY),
    confirm_by: time(hold.confirm_by),
    expires: time(hold.expires),
    ended: time(hold.ended),
  }
}
