import { type Static, Type } from 'typebox'
import { formatDay, parseDay } from '../../../schemas/time.ts'
import type { Scope } from '../access/caller.ts'
import type { AlertReader } from '../alerts/reader.ts'
import type { Records } from '../ports.ts'
import { type EntityType, settlementsOf } from './entity.ts'
import { timeSql } from './place.ts'
import { type SettlementQuery, whereOf } from './settlement-list.ts'

const DAYS_DEFAULT = 180
const DAYS_MAX = 800
const ALERTS_READ = 500
const STAYS_SHOWN = 60

const Day = Type.Object({
  day: Type.String(),
  settlements: Type.Integer(),
  fund_pay_sumamt: Type.Number({ description: 'yuan' }),
  alerts: Type.Array(Type.Integer(), { description: 'open alerts of severity 1, 2, 3 and 4' }),
})
type Day = Static<typeof Day>

const Stay = Type.Object({
  mdtrt_id: Type.String(),
  fixmedins_code: Type.String(),
  begntime: Type.String(),
  endtime: Type.String({ description: 'empty while nobody has told' }),
})

export const Timeline = Type.Object({
  from: Type.String(),
  to: Type.String(),
  days: Type.Array(Day, { description: 'those on which something happened, in order' }),
  stays: Type.Array(Stay, { description: 'of a person, the latest' }),
  alerts_exact: Type.Boolean({ description: 'false where there are so many alerts that only the latest are counted' }),
})
export type Timeline = Static<typeof Timeline>

interface Span {
  readonly from?: string
  readonly to?: string
}

interface Parts {
  readonly records: Records
  readonly alerts: AlertReader
}

const within = "toDate(settlement.setl_time, 'Asia/Shanghai')"

/** What happened to or at something, day by day; by default up to the last day on which anything did. */
export async function timelineOf(
  { records, alerts }: Parts,
  scope: Scope,
  type: EntityType,
  id: string,
  span: Span,
): Promise<Timeline> {
  const query = settlementsOf(type, id)
  const order = { sort: '-event_time', limit: ALERTS_READ } as const
  const found = await alerts.list(scope, { filter: { status: ['open'] }, about: { type, id }, ...order, ...span })
  const alertDays = found.rows.map(({ event_time, severity }) => ({ day: event_time.slice(0, 10), severity }))
  const to = span.to ?? latest(query && (await lastDay(records, scope, query)), alertDays[0]?.day)
  if (!to) return { from: span.from ?? '', to, days: [], stays: [], alerts_exact: true }
  const from = span.from ?? formatDay(parseDay(to) - DAYS_DEFAULT + 1)
  const days = new Map<string, Day>()
  const dayOf = (day: string): Day => {
    const known = days.get(day) ?? { day, settlements: 0, fund_pay_sumamt: 0, alerts: [0, 0, 0, 0] }
    days.set(day, known)
    return known
  }
  if (query) for (const row of await settledDays(records, scope, { ...query, from, to })) Object.assign(dayOf(row.day), row)
  for (const { day, severity } of alertDays) if (day >= from && day <= to) dayOf(day).alerts[severity - 1]!++
  const stays = query && type === 'person' ? await staysOf(records, scope, { ...query, from, to }) : []
  const inOrder = [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1))
  return { from, to, days: inOrder, stays, alerts_exact: found.next === null }
}

function latest(...days: readonly (string | undefined)[]): string {
  return days.reduce<string>((last, day) => (day && day > last ? day : last), '')
}

async function lastDay(records: Records, scope: Scope, query: SettlementQuery): Promise<string> {
  const { conditions, params } = whereOf(scope, query)
  const [row] = await records.query<{ day: string }>(
    `SELECT if(count() = 0, '', toString(max(${within}))) AS day FROM settlement WHERE ${conditions.join(' AND ')}`,
    params,
  )
  return row?.day ?? ''
}

function settledDays(records: Records, scope: Scope, query: SettlementQuery): Promise<Omit<Day, 'alerts'>[]> {
  const { conditions, params } = whereOf(scope, query)
  return records.query(
    `SELECT toString(${within}) AS day, toFloat64(count()) AS settlements,
       toFloat64(sum(settlement.fund_pay_sumamt)) AS fund_pay_sumamt
     FROM settlement WHERE setl_id NOT IN (SELECT orig_setl_id FROM void) AND ${conditions.join(' AND ')}
     GROUP BY day ORDER BY day DESC LIMIT ${DAYS_MAX}`,
    params,
  )
}

/** Inpatient settlements with the time that they say the stay took. */
function staysOf(records: Records, scope: Scope, query: SettlementQuery): Promise<Timeline['stays']> {
  const { conditions, params } = whereOf(scope, query)
  const time = (column: string) => `if(${column} IS NULL, '', ${timeSql(`assumeNotNull(${column})`)})`
  return records.query(
    `SELECT mdtrt_id, fixmedins_code, ${time('begntime')} AS begntime, ${time('endtime')} AS endtime
     FROM settlement WHERE setl_id NOT IN (SELECT orig_setl_id FROM void) AND begntime IS NOT NULL
       AND (startsWith(med_type, '2') OR startsWith(med_type, '52')) AND ${conditions.join(' AND ')}
     ORDER BY settlement.setl_time DESC LIMIT ${STAYS_SHOWN}`,
    params,
  )
}
