import type { Alert } from './alert.ts'
import { type Fen, fenOf } from './money.ts'

/** What money asks of an alert. */
export type Claimant = Pick<
  Alert,
  | 'alert_id'
  | 'detector_id'
  | 'result_type'
  | 'severity'
  | 'status'
  | 'mode'
  | 'disposition'
  | 'parent_alert_id'
  | 'subject_type'
  | 'subject_id'
  | 'setl_ids'
  | 'lines'
  | 'vola_amt'
>

/** What there is to claim of one settlement. */
export interface Purse {
  /** `fund_pay_sumamt`. */
  readonly fund: Fen
  /** Amount of each fee line that is claimed, by `feedetl_sn`. */
  readonly lines: ReadonlyMap<string, Fen>
}

/** Whether the alert claims money at all: an open one that people see and that is told within no other. */
export function claims({ status, mode, disposition, parent_alert_id }: Claimant): boolean {
  return status === 'open' && mode === 'live' && disposition === 'alert' && parent_alert_id === ''
}

/**
 * `recoverable_amt` of each alert (contract, section 2, "Money"): each fen counts once, for the first claim by violation
 * before suspicion, severity, detector and id. An alert that names violating lines claims those; any other claims what is
 * left of what the fund paid. A fen of a line counts whoever has paid it: of a bill that the fund paid in part, lines may claim
 * more than it paid (the contract counts lines, and `vola_amt` is what is in the policy). Pure: given every alert on a
 * settlement, the shares in it follow.
 */
export function recoverableOf(alerts: Iterable<Claimant>, purses: ReadonlyMap<string, Purse>): Map<string, Fen> {
  const amounts = new Map<string, Fen>()
  const tills = new Map([...purses].map(([setl_id, purse]) => [setl_id, new Till(purse)]))
  for (const alert of [...alerts].filter(claims).sort(byRank)) {
    const accused = alert.lines.filter((line) => line.vola_item_type === 1 && line.vola_amt > 0)
    const taken =
      accused.length > 0
        ? accused.map(({ setl_id, feedetl_sn, vola_amt }) => tills.get(setl_id)?.takeOfLine(feedetl_sn, fenOf(vola_amt)) ?? 0)
        : spread(alert, purses).map(([setl_id, wanted]) => tills.get(setl_id)!.takeOfFund(wanted))
    amounts.set(
      alert.alert_id,
      taken.reduce((sum, fen) => sum + fen, 0),
    )
  }
  return amounts
}

/** What is left of one settlement while claims are served in their order. */
class Till {
  readonly #lines: Map<string, Fen>
  #fund: Fen
  #claimedWhole = false

  constructor({ fund, lines }: Purse) {
    this.#fund = fund
    this.#lines = new Map(lines)
  }

  takeOfLine(feedetl_sn: string, wanted: Fen): Fen {
    const left = this.#lines.get(feedetl_sn) ?? 0
    // Whoever claimed the settlement as such has claimed the lines with it.
    const taken = Math.min(wanted, left, this.#claimedWhole ? this.#fund : Number.POSITIVE_INFINITY)
    this.#lines.set(feedetl_sn, left - taken)
    this.#fund = Math.max(0, this.#fund - taken)
    return taken
  }

  takeOfFund(wanted: Fen): Fen {
    const taken = Math.min(wanted, this.#fund)
    this.#fund -= taken
    this.#claimedWhole = true
    return taken
  }
}

/**
 * Which settlements an amount without lines is claimed of: the subject, then the latest first, since what came later made
 * the pattern. It depends on the alert alone, so that the shares of one settlement can be told without all others.
 */
function spread({ subject_type, subject_id, setl_ids, vola_amt }: Claimant, purses: ReadonlyMap<string, Purse>): [string, Fen][] {
  const latestFirst = [...setl_ids].reverse()
  const order = subject_type === 'settlement' ? [subject_id, ...latestFirst.filter((id) => id !== subject_id)] : latestFirst
  let left = fenOf(vola_amt)
  return order.flatMap((setl_id): [string, Fen][] => {
    const wanted = Math.min(left, purses.get(setl_id)?.fund ?? 0)
    left -= wanted
    return wanted > 0 ? [[setl_id, wanted]] : []
  })
}

const RANK = { violation: 0, suspicion: 1, indicator: 2 } as const

function byRank(a: Claimant, b: Claimant): number {
  return (
    RANK[a.result_type] - RANK[b.result_type] ||
    a.severity - b.severity ||
    compare(a.detector_id, b.detector_id) ||
    compare(a.alert_id, b.alert_id)
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

type Query = <T>(sql: string, params: Readonly<Record<string, readonly string[]>>) => Promise<T[]>

/** `recoverable_amt` as the store has it now, in fen: of these alerts, or of all. Alerts that claim nothing have none. */
export async function readRecoverable(query: Query, alert_ids?: readonly string[]): Promise<Map<string, Fen>> {
  const claiming = alert_ids ? `${CLAIMING} AND ${TOUCHING}` : CLAIMING
  const params: Parameters<Query>[1] = alert_ids ? { alert_ids } : {}
  const named = `SELECT arrayJoin(setl_ids) FROM alert FINAL WHERE ${claiming}`
  const [claimants, funds, lines] = await Promise.all([
    query<Omit<Claimant, 'lines'> & { lines: string }>(`${CLAIMANTS} WHERE ${claiming}`, params),
    query<{ setl_id: string; fund: string }>(`${FUNDS} WHERE setl_id IN (${named})`, params),
    query<{ setl_id: string; feedetl_sn: string; amount: string }>(`${LINES} WHERE setl_id IN (${named})`, params),
  ])
  const purses = new Map(funds.map(({ setl_id, fund }) => [setl_id, { fund: fenOf(fund), lines: new Map<string, Fen>() }]))
  for (const { setl_id, feedetl_sn, amount } of lines) purses.get(setl_id)?.lines.set(feedetl_sn, fenOf(amount))
  const told = claimants.map((row): Claimant => ({ ...row, vola_amt: Number(row.vola_amt), lines: JSON.parse(row.lines) }))
  const amounts = recoverableOf(told, purses)
  return alert_ids ? new Map([...amounts].filter(([id]) => alert_ids.includes(id))) : amounts
}

const CLAIMING = "status = 'open' AND mode = 'live' AND disposition = 'alert' AND parent_alert_id = ''"
/** Of a settlement of which one of the alerts speaks: what others claim there is gone. */
const TOUCHING = `hasAny(setl_ids,
  (SELECT groupUniqArrayArray(setl_ids) FROM alert FINAL WHERE has({alert_ids:Array(String)}, alert_id)))`

const CLAIMANTS = `SELECT alert_id, detector_id, result_type, severity, status, mode, disposition, parent_alert_id,
  subject_type, subject_id, setl_ids, toString(vola_amt) AS vola_amt, JSONExtractRaw(body, 'lines') AS lines FROM alert FINAL`
const FUNDS = 'SELECT setl_id, toString(fund_pay_sumamt) AS fund FROM settlement'
const LINES = 'SELECT setl_id, feedetl_sn, toString(det_item_fee_sumamt) AS amount FROM fee_line'
