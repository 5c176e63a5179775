import type { Alert } from '../../../schemas/alert.ts'
import { fenOf, yuan } from '../../../schemas/money.ts'
import { formatInstant, type Instant } from '../../../schemas/time.ts'
import type { CaseOpen, CaseRow } from '../../../schemas/workflow.ts'
import type { Caller, Scope } from '../access/caller.ts'
import { cutPage, decodeCursor } from '../alerts/cursor.ts'
import { maskNumber, personsOf } from '../alerts/mask.ts'
import { namesPerson } from '../alerts/personal-numbers.ts'
import type { Sql } from '../database/database.ts'
import { Problem } from '../problems.ts'
import { audit } from './audit.ts'
import type { Desk } from './desk.ts'
import { ownerOf } from './machine/situation.ts'
import { TERMINAL } from './machine/transitions.ts'
import { scopeCondition } from './scope-sql.ts'
import type { StandingChange } from './standings.ts'
import { insertWork, joinCase, lockWork, statusEventOf, type Work } from './work.ts'

interface CaseFile {
  readonly case_id: string
  readonly title: string
  readonly subject_type: string
  readonly subject_id: string
  readonly fixmedins_code: string
  readonly admdvs: string
  readonly insu_admdvs: string
  readonly opened: Instant
  readonly opened_by: string
  readonly updated: Instant
  readonly version: number
}

const ORDER = '-opened'

interface CaseQuery {
  readonly open?: boolean
  readonly owner?: string
  readonly cursor?: string
  readonly limit: number
}

/** The alerts that somebody named, and with them those of the subject that are gathered. */
interface Looked {
  readonly named: readonly Alert[]
  readonly members: readonly Alert[]
}

interface Joined {
  readonly joined: readonly string[]
  readonly changes: readonly StandingChange[]
}

/** How many alerts of the same subject join a case at once. */
const GATHERED_MAX = 500

/** Cases: the alerts of one subject, decided together. */
export class Cases {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** @throws Problem `ALERT_UNKNOWN` */
  async open(caller: Caller, order: CaseOpen, address: string): Promise<CaseRow> {
    const { alerts, database, now } = this.#desk.parts
    const look = async (): Promise<Looked> => {
      const named = await this.#named(caller, order.alert_ids)
      const others = order.gather === false ? [] : await alerts.ofSubject(caller, named[0]!, GATHERED_MAX)
      return { named, members: [...new Map([...named, ...others].map((alert) => [alert.alert_id, alert])).values()] }
    }
    const looked = await look()
    const first = looked.named[0]!
    if (namesPerson(order.title ?? '', personsOf(first))) throw new Problem('NOTE_NAMES_PERSON')
    const at = now()
    const { case_id, changes } = await database.transaction(async (sql) => {
      const id = await nextNumber(sql, at)
      const { subject_type, subject_id, fixmedins_code, admdvs, insu_admdvs } = first
      const shown = subject_type === 'person' ? maskNumber(subject_id) : subject_id
      const title = order.title ?? `${first.title} ${shown}`
      await sql.query(
        `INSERT INTO case_file (case_id, title, subject_type, subject_id, fixmedins_code, admdvs, insu_admdvs, opened, opened_by,
           updated, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, 1)`,
        [id, title, subject_type, subject_id, fixmedins_code, admdvs, insu_admdvs, at, caller.username],
      )
      const { joined, changes } = await this.#join(sql, caller, id, looked, look)
      const entry = { at, actor: caller.username, address, object_type: 'case', object_id: id }
      await audit(sql, [{ ...entry, action: 'open_case', detail: { title, alert_ids: joined } }])
      return { case_id: id, changes }
    })
    this.#desk.parts.standings.apply(changes)
    return this.one(caller, case_id)
  }

  /** @throws Problem `CASE_UNKNOWN`, `CASE_CHANGED`, `ALERT_UNKNOWN` */
  async add(caller: Caller, caseId: string, alertIds: readonly string[], version: number, address: string): Promise<CaseRow> {
    await this.one(caller, caseId)
    const look = async (): Promise<Looked> => {
      const named = await this.#named(caller, alertIds)
      return { named, members: named }
    }
    const looked = await look()
    const { database, now, standings } = this.#desk.parts
    const told = await database.transaction(async (sql) => {
      const [row] = await sql.query<CaseFile>('SELECT * FROM case_file WHERE case_id = $1 FOR UPDATE', [caseId])
      if (row!.version !== version)
        throw new Problem('CASE_CHANGED', undefined, undefined, { current: { version: row!.version } })
      const { joined, changes } = await this.#join(sql, caller, caseId, looked, look)
      await sql.query('UPDATE case_file SET version = version + 1, updated = $2 WHERE case_id = $1', [caseId, now()])
      const entry = { at: now(), actor: caller.username, address, object_type: 'case', object_id: caseId }
      await audit(sql, [{ ...entry, action: 'join', detail: { alert_ids: joined } }])
      return changes
    })
    standings.apply(told)
    return this.one(caller, caseId)
  }

  async list(caller: Scope, { limit, before }: { limit: number; before: { at: Instant; id: string } }): Promise<CaseFile[]> {
    const { sql, params } = scopeCondition(caller, 4)
    return this.#desk.parts.database.query<CaseFile>(
      `SELECT * FROM case_file WHERE (opened, case_id) < ($1, $2) AND ${sql} ORDER BY opened DESC, case_id DESC LIMIT $3`,
      [before.at, before.id, limit, ...params],
    )
  }

  /** A page of the list, newest first. @throws Problem `CURSOR_INVALID` */
  async page(caller: Scope, { open, owner, cursor, limit }: CaseQuery): Promise<{ rows: CaseRow[]; next: string | null }> {
    const start = cursor === undefined ? undefined : decodeCursor(cursor, ORDER)
    let before = start ? { at: start.after_key, id: start.after_id } : { at: Number.MAX_SAFE_INTEGER, id: '' }
    const found: { readonly row: CaseRow; readonly at: number }[] = []
    // Whether a case is open follows from its alerts: pages are read until enough pass.
    for (;;) {
      const files = await this.list(caller, { limit: limit + 1, before })
      for (const [index, row] of (await this.rows(caller, files)).entries()) {
        const passes = (open === undefined || row.open === open) && (owner === undefined || row.owner === owner)
        if (passes) found.push({ row, at: files[index]!.opened })
      }
      const last = files.at(-1)
      if (found.length > limit || files.length <= limit || !last) break
      before = { at: last.opened, id: last.case_id }
    }
    const { page, next } = cutPage(found, limit, ORDER, ({ row, at }) => [at, row.case_id])
    return { rows: page.map(({ row }) => row), next }
  }

  /** @throws Problem `CASE_UNKNOWN` */
  async one(caller: Scope, caseId: string): Promise<CaseRow> {
    return (await this.rows(caller, [await this.file(caller, caseId)]))[0]!
  }

  async file(caller: Scope, caseId: string): Promise<CaseFile> {
    const { sql, params } = scopeCondition(caller, 2)
    const query = `SELECT * FROM case_file WHERE case_id = $1 AND ${sql}`
    const [file] = await this.#desk.parts.database.query<CaseFile>(query, [caseId, ...params])
    if (!file) throw new Problem('CASE_UNKNOWN')
    return file
  }

  /** The alerts of a case that the caller may see, with their work. */
  async members(caller: Scope, caseId: string): Promise<{ alert: Alert; work: Work }[]> {
    const { alerts, database } = this.#desk.parts
    const works = await database.query<Work>(
      `SELECT alert_id, case_id, revision, situation - 'undo' AS situation FROM work WHERE case_id = $1 ORDER BY alert_id`,
      [caseId],
    )
    const found = await Promise.all(works.map(({ alert_id }) => alerts.one(caller, alert_id)))
    return works.flatMap((work, index) => (found[index] ? [{ alert: found[index], work }] : []))
  }

  /** Cases as they are told: counts, and money of which each fen counts once. */
  async rows(caller: Scope, files: readonly CaseFile[]): Promise<CaseRow[]> {
    const { alerts, now } = this.#desk.parts
    const membersOf = await Promise.all(files.map(({ case_id }) => this.members(caller, case_id)))
    const ids = membersOf.flat().map(({ alert }) => alert.alert_id)
    const amounts = ids.length > 0 ? await alerts.recoverable(ids) : new Map<string, number>()
    return files.map(({ opened, updated, subject_id, ...file }, index) => {
      const members = membersOf[index]!
      const situations = members.map(({ work }) => work.situation)
      const standing = members.filter(({ work }) => !['DISMISSED', 'VOIDED'].includes(work.situation.state))
      const fen = standing.reduce((sum, { alert }) => sum + fenOf(amounts.get(alert.alert_id) ?? 0), 0)
      const due = situations.flatMap((situation) => (situation.due === null ? [] : [situation.due]))
      const owners = situations.map((situation) => ownerOf(situation, now())).filter((owner) => owner !== '')
      return {
        ...file,
        subject_id: file.subject_type === 'person' ? maskNumber(subject_id) : subject_id,
        open: situations.some(({ state }) => !TERMINAL.includes(state)),
        severity: Math.min(4, ...members.map(({ alert }) => alert.severity)),
        alerts: members.length,
        settlements: new Set(members.flatMap(({ alert }) => alert.setl_ids)).size,
        recoverable_amt: yuan(fen),
        owner: owners[0] ?? '',
        opened: formatInstant(opened),
        updated: formatInstant(updated),
        due: due.length > 0 ? formatInstant(Math.min(...due)) : null,
      }
    })
  }

  async #named(caller: Caller, alertIds: readonly string[]): Promise<Alert[]> {
    const found = await Promise.all(alertIds.map((id) => this.#desk.parts.alerts.one(caller, id)))
    const known = found.filter((alert) => alert !== undefined)
    if (known.length < alertIds.length) throw new Problem('ALERT_UNKNOWN')
    return known
  }

  /**
   * Puts alerts into a case: what is in another one stays there, unless it was named. Looked at again with the work locked:
   * what the pipeline took back since the first look found no work to void, and is not gathered.
   */
  async #join(sql: Sql, caller: Caller, caseId: string, looked: Looked, look: () => Promise<Looked>): Promise<Joined> {
    const { alerts, feed } = this.#desk.parts
    const now = this.#desk.parts.now()
    await insertWork(sql, looked.members, now)
    const works = await lockWork(sql, idsOf(looked.members))
    const { named, members } = await look()
    const [standing, wanted] = [new Set(idsOf(members)), new Set(idsOf(named))]
    const gone = await Promise.all(idsOf(looked.members).flatMap((id) => (standing.has(id) ? [] : [alerts.one(caller, id)])))
    const changes: StandingChange[] = []
    for (const alert of [...members, ...gone]) {
      const work = alert && works.get(alert.alert_id)
      if (!work || work.situation.version > 1) continue
      const event = statusEventOf(alert, work.situation)
      const change = event && (await this.#desk.actAsSystem(sql, alert, work, event))
      if (change) changes.push(change)
    }
    const isJoining = ({ alert_id, case_id }: Work) => standing.has(alert_id) && (case_id === '' || wanted.has(alert_id))
    const joined = idsOf([...works.values()].filter(isJoining))
    return { joined, changes: [...changes, ...(await joinCase(sql, joined, caseId, { now, seq: feed.hwm() }))] }
  }
}

const idsOf = (some: readonly { readonly alert_id: string }[]) => some.map(({ alert_id }) => alert_id)

/** AJ, the year, and a number that begins anew every year. */
async function nextNumber(sql: Sql, at: Instant): Promise<string> {
  const year = Number(formatInstant(at).slice(0, 4))
  const [row] = await sql.query<{ last: number }>(
    `INSERT INTO case_number VALUES ($1, 1)
     ON CONFLICT (year) DO UPDATE SET last = case_number.last + 1 RETURNING last`,
    [year],
  )
  return `AJ-${year}-${String(row!.last).padStart(4, '0')}`
}
