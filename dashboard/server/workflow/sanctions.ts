import { formatDay, formatInstant, type Instant, MINUTE, parseDay } from '../../../schemas/time.ts'
import type { Database, Sql } from '../database/database.ts'
import type { Ingest, Records } from '../ports.ts'
import { consequenceOf } from './credit.ts'
import type { Measure } from './machine/situation.ts'
import { personOf, type Subject } from './work.ts'

/** A period against an institution's agreement, a doctor's qualification or a person's networked settlement, as it was decided. */
interface Sanction {
  readonly measure_id: string
  readonly reference_table: 'institution' | 'doctor' | 'person'
  readonly subject: string
  readonly status: 'suspended' | 'terminated'
  readonly first_day: string
  /** Empty: until somebody else says otherwise. */
  readonly last_day: string
}

/** How long points of nine, ten and eleven suspend, months: the rule says one to six (domain: workflow 3.6). A default of ours. */
const MONTHS_OF_POINTS: Readonly<Record<number, number>> = { 9: 1, 10: 3, 11: 6 }
/** The store shows a row that was told within this time; until then it is not told again. */
const TELL_AGAIN = MINUTE
/** Where the table keeps its periods. */
const PERIODS = { institution: 'agreement', doctor: 'status', person: 'status' } as const

const dayOf = (at: Instant) => formatInstant(at).slice(0, 10)

/** The day before the same day so many months later; of a shorter month its last day. */
export function lastDayOf(first: string, months: number): string {
  const [year, month, day] = first.split('-').map(Number) as [number, number, number]
  const lengthThere = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate()
  const end = new Date(Date.UTC(year, month - 1 + months, Math.min(day, lengthThere)))
  return formatDay(parseDay(end.toISOString().slice(0, 10)) - 1)
}

/** What an executed measure means for whom it concerns; it holds from the next day on. */
export async function orderSanction(sql: Sql, alert: Subject, measure: Measure, now: Instant): Promise<void> {
  const sanction = await sanctionOf(sql, alert, measure, now)
  if (!sanction) return
  const { measure_id, reference_table, subject, status, first_day, last_day } = sanction
  await sql.query(
    `INSERT INTO sanction (measure_id, alert_id, reference_table, subject, status, first_day, last_day)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [measure_id, alert.alert_id, reference_table, subject, status, first_day, last_day],
  )
}

async function sanctionOf(
  sql: Sql,
  alert: Subject,
  { measure_id, code, months = 0, doctor = '' }: Measure,
  now: Instant,
): Promise<Sanction | undefined> {
  const first_day = formatDay(parseDay(dayOf(now)) + 1)
  if (code === 'SUSPEND' || code === 'TERMINATE') {
    const agreement = { measure_id, reference_table: 'institution', subject: alert.fixmedins_code, first_day } as const
    if (code === 'TERMINATE') return { ...agreement, status: 'terminated', last_day: '' }
    return { ...agreement, status: 'suspended', last_day: lastDayOf(first_day, months) }
  }
  if (code === 'SUSPEND_PSN') {
    const last_day = lastDayOf(first_day, months)
    return { measure_id, reference_table: 'person', subject: personOf(alert), status: 'suspended', first_day, last_day }
  }
  if (code !== 'POINTS') return undefined
  const [sum] = await sql.query<{ points: number; highest: number }>(
    'SELECT sum(points)::int AS points, max(points) AS highest FROM points WHERE doctor = $1 AND year = $2',
    [doctor, Number(dayOf(now).slice(0, 4))],
  )
  const { points, highest } = sum!
  const consequence = consequenceOf(points, highest)
  if (consequence === 'none') return undefined
  const qualification = { measure_id, reference_table: 'doctor', subject: doctor, first_day } as const
  // Whoever lost the qualification registers anew, one or three years later at the earliest: that is a new active period.
  if (consequence !== 'suspend') return { ...qualification, status: 'terminated', last_day: '' }
  return { ...qualification, status: 'suspended', last_day: lastDayOf(first_day, MONTHS_OF_POINTS[points] ?? 1) }
}

interface Stored {
  readonly row: string
  readonly effective_from: string | null
  readonly effective_to: string | null
  readonly deleted: boolean
}
type Row = Readonly<Record<string, unknown>>

/** Keeps the reference rows of institutions, doctors and persons in step with what was decided on them. */
export class Sanctions {
  readonly #database: Database
  readonly #records: Records
  readonly #reference: Ingest
  readonly #now: () => Instant

  constructor(database: Database, records: Records, reference: Ingest, now: () => Instant) {
    this.#database = database
    this.#records = records
    this.#reference = reference
    this.#now = now
  }

  /**
   * Hands in, through the same door as any reference row, each row that lacks a period that is in force or to come. A row that
   * the master data sent anew without it is told again.
   */
  async tell(): Promise<void> {
    const now = this.#now()
    const due = await this.#database.query<Sanction>(
      `SELECT * FROM sanction WHERE (last_day = '' OR last_day >= $1) AND (told IS NULL OR told <= $2)
       ORDER BY first_day, measure_id`,
      [dayOf(now), now - TELL_AGAIN],
    )
    const subjects = new Map<string, Sanction[]>()
    for (const sanction of due) {
      const subject = `${sanction.reference_table} ${sanction.subject}`
      subjects.set(subject, [...(subjects.get(subject) ?? []), sanction])
    }
    for (const sanctions of subjects.values()) {
      const lines = await this.#lacking(sanctions)
      if (lines.length > 0) {
        const { rejected } = await this.#reference.submit(Buffer.from(`${lines.join('\n')}\n`), 'application/x-ndjson')
        if (rejected[0]) throw new Error(`A reference row of a sanction was refused: ${rejected[0].code}`)
      }
      await this.#database.query('UPDATE sanction SET told = $2 WHERE measure_id = ANY($1)', [
        sanctions.map(({ measure_id }) => measure_id),
        now,
      ])
    }
  }

  /** The rows of the subject that do not say all of it, with what they lack. */
  async #lacking(sanctions: readonly Sanction[]): Promise<string[]> {
    const { reference_table: table, subject } = sanctions[0]!
    const rows = await this.#variants(table, subject)
    // Nothing is known of the subject: an active period goes before, lest silence be read as no agreement at all.
    const known = rows.length > 0 ? rows : [{ row: '{}', effective_from: null, effective_to: null, deleted: false }]
    return known.flatMap(({ row: text, effective_from, effective_to }) => {
      const row = JSON.parse(text) as Row
      const periods = (row[PERIODS[table]] as Row[] | null | undefined) ?? []
      const told = new Set(periods.map(({ measure }) => measure))
      const lacking = sanctions.filter(({ measure_id }) => !told.has(measure_id)).map(periodOf)
      if (lacking.length === 0) return []
      const all = [...(periods.length > 0 ? periods : [{ status: 'active' }]), ...lacking]
      const dates = { ...(effective_from && { effective_from }), ...(effective_to && { effective_to }) }
      return [JSON.stringify({ kind: 'reference', table, id: subject, row: { ...row, [PERIODS[table]]: all }, ...dates })]
    })
  }

  /** The last version of each row of the subject; rows are told apart by their first day, region and level. */
  async #variants(table: string, id: string): Promise<Stored[]> {
    const time = (column: string) => `formatDateTime(${column}, '%Y-%m-%dT%H:%i:%S+08:00', 'Asia/Shanghai') AS ${column}`
    const rows = await this.#records.query<Stored>(
      `SELECT row, ${time('effective_from')}, ${time('effective_to')}, deleted FROM reference_row
       WHERE table = {table:String} AND id = {id:String} ORDER BY version`,
      { table, id },
    )
    const last = new Map<string, Stored>()
    for (const stored of rows) {
      const { admdvs = '', level = '' } = JSON.parse(stored.row || '{}') as { admdvs?: string; level?: string }
      last.set(`${stored.effective_from} ${admdvs} ${level}`, stored)
    }
    return [...last.values()].filter(({ deleted }) => !deleted)
  }
}

function periodOf({ measure_id, status, first_day, last_day }: Sanction): Row {
  return { from: first_day, ...(last_day !== '' && { to: last_day }), status, measure: measure_id }
}
