import type { Alert } from '../../../schemas/alert.ts'
import type { Grouping } from '../../../schemas/alert-group.ts'
import { yuan } from '../../../schemas/money.ts'
import { readRecoverable } from '../../../schemas/recoverable.ts'
import type { AlertFilter, Counts } from '../../../schemas/wire.ts'
import type { Records } from '../ports.ts'
import type { Standings } from '../workflow/standings.ts'
import { cutPage, decodeCursor } from './cursor.ts'
import { filterSql, type Sql, scopeSql } from './filter.ts'
import type { AlertQuery, AlertReader, Page, Revision, Sort } from './reader.ts'

const REVISIONS_SHOWN = 200

// Every sort key as one number, so that one comparison with (key, alert_id) continues any list.
const SORT_KEYS: Record<string, string> = {
  seq: 'toFloat64(seq)',
  event_time: 'toFloat64(toUnixTimestamp64Milli(event_time))',
  detected_at: 'toFloat64(toUnixTimestamp64Milli(detected_at))',
  vola_amt: 'toFloat64(vola_amt)',
  severity: 'toFloat64(severity)',
  risk_score: 'toFloat64(risk_score)',
}

interface Row {
  readonly body: string
  readonly key: number
  readonly seq: number | string
}

interface GroupRow {
  readonly key: string
  readonly type: string
  readonly newest: string
  readonly worst: number
  readonly open: number
  readonly levels: readonly (number | string)[]
  readonly money: number
  readonly last: string
}

function orderOf(sort: Sort): { key: string; direction: 'ASC' | 'DESC'; further: '<' | '>' } {
  const descending = sort.startsWith('-')
  const key = SORT_KEYS[descending ? sort.slice(1) : sort]!
  return descending ? { key, direction: 'DESC', further: '<' } : { key, direction: 'ASC', further: '>' }
}

function both(...parts: Sql[]): Sql {
  return {
    conditions: parts.flatMap((part) => part.conditions),
    params: Object.assign({}, ...parts.map((part) => part.params)),
  }
}

// Not in `why`, and not the id of a person: a search that answers by parts of a number would give the number away.
const SEARCH = `(positionCaseInsensitiveUTF8(title, {q:String}) > 0 OR alert_id = {q:String} OR detector_id = upper({q:String})
  OR fixmedins_code = {q:String} OR has(setl_ids, {q:String}) OR (subject_type != 'person' AND subject_id = {q:String}))`

const ABOUT: Readonly<Record<string, string>> = {
  settlement: "(has(setl_ids, {about:String}) OR (subject_type = 'settlement' AND subject_id = {about:String}))",
  person: "(psn_no = {about:String} OR (subject_type = 'person' AND subject_id = {about:String}))",
  institution: "(fixmedins_code = {about:String} OR (subject_type = 'institution' AND subject_id = {about:String}))",
}
const ABOUT_OTHER = '(subject_type = {about_type:String} AND subject_id = {about:String})'

const GROUP_KEYS: Readonly<Record<Grouping, { readonly key: string; readonly type: string }>> = {
  subject: { key: 'subject_id', type: 'subject_type' },
  detector: { key: 'detector_id', type: "''" },
  institution: { key: 'fixmedins_code', type: "''" },
}

function rangeSql({ from, to, q, about, children = true }: AlertQuery): Sql {
  const conditions: string[] = children ? [] : ["parent_alert_id = ''"]
  if (about) conditions.push(ABOUT[about.type] ?? ABOUT_OTHER)
  if (from !== undefined) conditions.push("toDate(event_time, 'Asia/Shanghai') >= {from:Date}")
  if (to !== undefined) conditions.push("toDate(event_time, 'Asia/Shanghai') <= {to:Date}")
  if (q !== undefined) conditions.push(SEARCH)
  return {
    conditions,
    params: {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(q !== undefined && { q }),
      ...(about && { about: about.id, about_type: about.type }),
    },
  }
}

function alertOf({ body, seq }: Pick<Row, 'body' | 'seq'>): Alert {
  return { ...(JSON.parse(body) as Alert), seq: Number(seq) }
}

/** Alerts read from ClickHouse: the latest revisions from `alert`, history from `alert_log`. */
export function clickhouseAlerts(records: Records, standings: Standings): AlertReader {
  async function count(where: Sql): Promise<number> {
    const sql = `SELECT count() AS n FROM alert FINAL WHERE ${where.conditions.join(' AND ')}`
    const [row] = await records.query<{ n: number | string }>(sql, where.params)
    return Number(row?.n ?? 0)
  }

  return {
    async list(scope, query): Promise<Page<Alert>> {
      const where = both(scopeSql(scope), filterSql(query.filter, standings), rangeSql(query))
      const { key, direction, further } = orderOf(query.sort)
      const start = query.cursor === undefined ? undefined : decodeCursor(query.cursor, query.sort)
      const page: Sql = start
        ? both(where, { conditions: [`(${key}, alert_id) ${further} ({after_key:Float64}, {after_id:String})`], params: start })
        : where
      const sql = `SELECT body, seq, ${key} AS key FROM alert FINAL WHERE ${page.conditions.join(' AND ')}
        ORDER BY ${key} ${direction}, alert_id ${direction} LIMIT {limit:UInt32}`
      const found = await records.query<Row>(sql, { ...page.params, limit: query.limit + 1 })
      const read = found.map((row) => ({ key: row.key, alert: alertOf(row) }))
      const { page: shown, next } = cutPage(read, query.limit, query.sort, ({ key, alert }) => [key, alert.alert_id])
      return {
        rows: shown.map(({ alert }) => alert),
        next,
        ...(query.total && { total: { value: await count(where), exact: true } }),
      }
    },

    async one(scope, alertId) {
      const where = both(scopeSql(scope), { conditions: ['alert_id = {alert_id:String}'], params: { alert_id: alertId } })
      const sql = `SELECT body, seq FROM alert FINAL WHERE ${where.conditions.join(' AND ')}`
      const [row] = await records.query<Row>(sql, where.params)
      return row && alertOf(row)
    },

    async ofSubject(scope, { subject_type, subject_id }, limit) {
      const where = both(scopeSql(scope), {
        conditions: ["status = 'open'", 'subject_type = {subject_type:String}', 'subject_id = {subject_id:String}'],
        params: { subject_type, subject_id },
      })
      const sql = `SELECT body, seq FROM alert FINAL WHERE ${where.conditions.join(' AND ')} ORDER BY seq DESC LIMIT {limit:UInt32}`
      return (await records.query<Row>(sql, { ...where.params, limit })).map(alertOf)
    },

    async recoverable(alertIds) {
      const amounts = await readRecoverable((sql, params) => records.query(sql, params), alertIds)
      return new Map([...amounts].map(([id, fen]) => [id, yuan(fen)]))
    },

    async revisions(alertId) {
      const rows = await records.query<Revision>(
        `SELECT revision, toFloat64(seq) AS seq, status, retract_reason, severity, toFloat64(vola_amt) AS vola_amt, count,
           JSONExtractString(body, 'detected_at') AS detected_at
         FROM alert_log WHERE alert_id = {alert_id:String} ORDER BY revision DESC LIMIT {limit:UInt32}`,
        { alert_id: alertId, limit: REVISIONS_SHOWN },
      )
      return rows.map((row) => ({ ...row, seq: Number(row.seq) }))
    },

    async counts(scope, filter: AlertFilter): Promise<Counts> {
      const where = both(scopeSql(scope), filterSql(filter, standings))
      const rows = await records.query<{ severity: number; detector_id: string; n: number | string }>(
        `SELECT severity, detector_id, count() AS n FROM alert FINAL
         WHERE status = 'open' AND parent_alert_id = '' AND ${where.conditions.join(' AND ')} GROUP BY severity, detector_id`,
        where.params,
      )
      const counts: Counts = { open: 0, by_severity: {}, by_detector: {} }
      for (const { severity, detector_id, n } of rows) {
        counts.open += Number(n)
        counts.by_severity[severity] = (counts.by_severity[severity] ?? 0) + Number(n)
        counts.by_detector[detector_id] = (counts.by_detector[detector_id] ?? 0) + Number(n)
      }
      return counts
    },

    async days(scope, filter, limit) {
      const where = both(scopeSql(scope), filterSql(filter, standings))
      const rows = await records.query<{ day: string; alerts: number; standing: number; money: number }>(
        `SELECT toString(toDate(event_time, 'Asia/Shanghai')) AS day, toFloat64(count()) AS alerts,
           toFloat64(countIf(status = 'open')) AS standing, toFloat64(sumIf(vola_amt, status = 'open')) AS money
         FROM alert FINAL WHERE parent_alert_id = '' AND ${where.conditions.join(' AND ')}
         GROUP BY day ORDER BY day DESC LIMIT {limit:UInt32}`,
        { ...where.params, limit },
      )
      return rows.map(({ day, alerts, standing, money }) => ({ day, alerts, open: standing, vola_amt: money }))
    },

    async groups(scope, filter, by, limit) {
      const where = both(scopeSql(scope), filterSql(filter, standings))
      const { key, type } = GROUP_KEYS[by]
      // Aliases differ from columns: in WHERE, ClickHouse would take a name for the aggregate.
      const rows = await records.query<GroupRow>(
        `SELECT ${key} AS key, ${type} AS type, argMax(alert_id, event_time) AS newest, min(severity) AS worst,
           toFloat64(count()) AS open,
           [countIf(severity = 1), countIf(severity = 2), countIf(severity = 3), countIf(severity = 4)] AS levels,
           toFloat64(sum(vola_amt)) AS money,
           formatDateTime(max(event_time), '%Y-%m-%dT%H:%i:%S+08:00', 'Asia/Shanghai') AS last
         FROM alert FINAL WHERE status = 'open' AND parent_alert_id = '' AND ${where.conditions.join(' AND ')}
         GROUP BY key, type ORDER BY worst, open DESC, key LIMIT {limit:UInt32}`,
        { ...where.params, limit },
      )
      return rows.map(({ key, type, newest, worst, open, levels, money, last }) => {
        return {
          key,
          subject_type: type,
          alert_id: newest,
          severity: worst,
          open,
          by_severity: levels.map(Number),
          vola_amt: money,
          last_event_time: last,
        }
      })
    },
  }
}
