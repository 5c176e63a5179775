import { type Static, Type } from 'typebox'
import { formatInstant } from '../../../schemas/time.ts'
import {
  CreditRow,
  ExceptionOrder,
  ExceptionRow,
  HOLD_STATES,
  Hold,
  PointsRow,
  TASK_KINDS,
  Task,
} from '../../../schemas/workflow.ts'
import { READERS, type Role } from '../access/caller.ts'
import { cutPage, decodeCursor } from '../alerts/cursor.ts'
import { maskNumber } from '../alerts/mask.ts'
import { namesPerson } from '../alerts/personal-numbers.ts'
import { type App, callerOf } from '../app.ts'
import { Problem } from '../problems.ts'
import { audit } from '../workflow/audit.ts'
import { creditOf, pointsOf } from '../workflow/credit.ts'
import type { Desk } from '../workflow/desk.ts'
import type { Exceptions } from '../workflow/exceptions.ts'
import { type HoldRow, holdTold } from '../workflow/holds.ts'
import { scopeCondition } from '../workflow/scope-sql.ts'
import { WORKERS } from './actions.ts'
import { described, Limit, ListOf } from './described.ts'
import { splitLists } from './lists.ts'

const paging = { cursor: Type.Optional(Type.String({ maxLength: 300 })), limit: Limit }
const literals = <const T extends readonly string[]>(values: T) => Type.Union(values.map((value) => Type.Literal(value)))

const HoldQuery = Type.Object(
  {
    state: Type.Optional(Type.Array(literals(HOLD_STATES))),
    fixmedins_code: Type.Optional(Type.String()),
    month: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}$' })),
    older_than_days: Type.Optional(Type.Integer({ minimum: 0 })),
    ...paging,
  },
  { additionalProperties: false },
)
const TaskQuery = Type.Object(
  { kind: Type.Optional(literals(TASK_KINDS)), done: Type.Optional(Type.Boolean()), ...paging },
  { additionalProperties: false },
)
const Id = Type.Object({ id: Type.String() })
const DAY_MS = 86_400_000
const GRANTORS: readonly Role[] = ['officer', 'reviewer2', 'rule_admin']
const HOLD_ORDER = 'since, hold_id'
const TASK_ORDER = 'opened, task_id'

type TaskRow = Omit<Static<typeof Task>, 'opened' | 'done'> & { readonly opened: number; readonly done: number | null }

function taskTold({ task_id, kind, alert_id, detector_id, text, opened, done, done_by }: TaskRow) {
  const finished = done === null ? null : formatInstant(done)
  return { task_id, kind, alert_id, detector_id, text, opened: formatInstant(opened), done: finished, done_by }
}

/** Lists of what is under way: holds, tasks, exceptions, points and credit. */
export function workflowListRoutes(app: App, { desk, exceptions }: { desk: Desk; exceptions: Exceptions }): void {
  const { database, now } = desk.parts

  app.get(
    '/holds',
    {
      config: { access: [...WORKERS, 'regulator'] },
      preValidation: splitLists(['state']),
      schema: described('workflow', 'Held money, oldest first', { querystring: HoldQuery, answer: ListOf(Hold) }),
    },
    async (request) => {
      const { state, fixmedins_code, month, older_than_days = 0, cursor, limit } = request.query
      const start = cursor === undefined ? { after_key: 0, after_id: '' } : decodeCursor(cursor, HOLD_ORDER)
      const { sql, params } = scopeCondition(callerOf(request), 8)
      const found = await database.query<HoldRow>(
        `SELECT * FROM hold WHERE (since, hold_id) > ($1, $2) AND state = ANY($3)
           AND fixmedins_code = coalesce($4, fixmedins_code) AND month = coalesce($5, month) AND since <= $6 AND ${sql}
         ORDER BY since, hold_id LIMIT $7`,
        [
          start.after_key,
          start.after_id,
          state ?? [...HOLD_STATES],
          fixmedins_code ?? null,
          month ?? null,
          now() - older_than_days * DAY_MS,
          limit + 1,
          ...params,
        ],
      )
      const { page, next } = cutPage(found, limit, HOLD_ORDER, ({ since, hold_id }) => [since, hold_id])
      return { rows: page.map((hold) => holdTold(hold, now())), next }
    },
  )

  app.get(
    '/tasks',
    {
      config: { access: [...WORKERS, 'rule_admin'] },
      schema: described('workflow', 'What a decision has left to do', { querystring: TaskQuery, answer: ListOf(Task) }),
    },
    async (request) => {
      const { kind, done, cursor, limit } = request.query
      const start = cursor === undefined ? { after_key: 0, after_id: '' } : decodeCursor(cursor, TASK_ORDER)
      const { sql, params } = scopeCondition(callerOf(request), 6)
      const found = await database.query<TaskRow>(
        `SELECT * FROM task WHERE (opened, task_id) > ($1, $2) AND kind = coalesce($3, kind)
           AND ($4::boolean IS NULL OR (done IS NOT NULL) = $4) AND ${sql} ORDER BY opened, task_id LIMIT $5`,
        [start.after_key, start.after_id, kind ?? null, done ?? null, limit + 1, ...params],
      )
      const { page, next } = cutPage(found, limit, TASK_ORDER, ({ opened, task_id }) => [opened, task_id])
      return { rows: page.map(taskTold), next }
    },
  )

  app.post(
    '/tasks/:id/done',
    {
      config: { access: [...WORKERS, 'rule_admin'] },
      schema: described('workflow', 'A task is done', {
        params: Id,
        body: Type.Object({ note: Type.String({ minLength: 1, maxLength: 4_000 }) }, { additionalProperties: false }),
        answer: Task,
      }),
    },
    async (request) => {
      const { sql: within, params } = scopeCondition(callerOf(request), 2)
      const at = now()
      const by = callerOf(request).username
      if (namesPerson(request.body.note)) throw new Problem('NOTE_NAMES_PERSON')
      return database.transaction(async (sql) => {
        const query = `SELECT * FROM task WHERE task_id = $1 AND ${within} FOR UPDATE`
        const [task] = await sql.query<TaskRow>(query, [request.params.id, ...params])
        if (!task) throw new Problem('TASK_UNKNOWN')
        if (task.done !== null) throw new Problem('TASK_DONE')
        await sql.query('UPDATE task SET done = $2, done_by = $3 WHERE task_id = $1', [task.task_id, at, by])
        const detail = { task_id: task.task_id, kind: task.kind, note: request.body.note }
        const entry = { at, actor: by, address: request.ip, object_type: 'alert', object_id: task.alert_id, detail }
        await audit(sql, [{ ...entry, action: 'finish_task' }])
        return taskTold({ ...task, done: at, done_by: by })
      })
    },
  )

  app.get(
    '/exceptions',
    {
      config: { access: READERS },
      schema: described('rules', 'Rules that are silent for a subject', {
        querystring: Type.Object({ state: Type.Optional(ExceptionRow.properties.state) }, { additionalProperties: false }),
        answer: ListOf(ExceptionRow),
      }),
    },
    async (request) => {
      const rows = await exceptions.list(callerOf(request), request.query.state)
      return { rows: rows.map(maskSubject), next: null }
    },
  )

  app.post(
    '/exceptions',
    {
      config: { access: [...WORKERS, 'rule_admin'] },
      schema: described('rules', 'Ask for silence', { body: ExceptionOrder, answer: ExceptionRow }),
    },
    async (request) => maskSubject(await exceptions.request(request.body, callerOf(request))),
  )

  for (const verdict of ['confirm', 'refuse', 'end'] as const) {
    app.post(
      `/exceptions/:id/${verdict}`,
      {
        config: { access: GRANTORS },
        schema: described('rules', `Silence: ${verdict}`, { params: Id, answer: ExceptionRow }),
      },
      async (request) => maskSubject(await exceptions.settle(request.params.id, verdict, callerOf(request))),
    )
  }

  app.get(
    '/points',
    {
      config: { access: [...WORKERS, 'regulator'] },
      schema: described('workflow', 'Points of persons in a year', {
        querystring: Type.Object(
          { doctor: Type.Optional(Type.String()), year: Type.Optional(Type.Integer()) },
          { additionalProperties: false },
        ),
        answer: ListOf(PointsRow),
      }),
    },
    async (request) => {
      const { doctor, year } = request.query
      return { rows: await pointsOf(database, callerOf(request), year ?? yearOf(now()), doctor), next: null }
    },
  )

  app.get(
    '/credit',
    {
      config: { access: [...WORKERS, 'regulator'] },
      schema: described('workflow', 'Credit of institutions in a year', {
        querystring: Type.Object(
          { fixmedins_code: Type.Optional(Type.String()), year: Type.Optional(Type.Integer()) },
          { additionalProperties: false },
        ),
        answer: ListOf(CreditRow),
      }),
    },
    async (request) => {
      const { fixmedins_code, year } = request.query
      return { rows: await creditOf(database, callerOf(request), year ?? yearOf(now()), fixmedins_code), next: null }
    },
  )
}

function yearOf(at: number): number {
  return Number(formatInstant(at).slice(0, 4))
}

function maskSubject(row: Static<typeof ExceptionRow>) {
  return row.subject_type === 'person' ? { ...row, subject_id: maskNumber(row.subject_id) } : row
}
