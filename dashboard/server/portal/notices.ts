import type { Static } from 'typebox'
import type { Alert } from '../../../schemas/alert.ts'
import { yuan } from '../../../schemas/money.ts'
import { formatInstant, type Instant } from '../../../schemas/time.ts'
import type { Attachment, Notice, NoticeRow, StatementOrder } from '../../../schemas/workflow.ts'
import type { Caller } from '../access/caller.ts'
import { maskAlert } from '../alerts/mask.ts'
import { Problem } from '../problems.ts'
import { addAttachment, attachmentsOf, readAttachment } from '../workflow/attachments.ts'
import type { Desk } from '../workflow/desk.ts'
import { readHolds } from '../workflow/holds.ts'
import type { Situation, State } from '../workflow/machine/situation.ts'
import { scopeCondition } from '../workflow/scope-sql.ts'
import { readSettlements } from '../workflow/settlements.ts'
import { historyOf } from '../workflow/work-told.ts'
import { withoutOthers } from './without-others.ts'

type Row = Static<typeof NoticeRow>
type Titles = ReadonlyMap<string, Row['title']>

interface Notified {
  readonly alert_id: string
  readonly detector_id: string
  readonly fixmedins_code: string
  readonly situation: Situation
  readonly notified: Instant
}

/** Where the procedure stands, as the party is told. What goes on inside the authority is one stage. */
const STAGES: { readonly [S in State]?: Row['stage'] } = {
  APPEAL_OPEN: 'appeal_open',
  SECOND_REVIEW: 'under_review',
  REAPPEAL_OPEN: 'reappeal_open',
  PANEL: 'under_review',
  FINAL: 'under_review',
  CONFIRMED: 'confirmed',
  DISPOSING: 'measures',
  CASE_FILED: 'other_procedure',
  TRANSFERRED: 'other_procedure',
  CLOSED: 'closed',
  DISMISSED: 'dismissed',
  VOIDED: 'withdrawn',
}
const ANSWERS: { readonly [S in State]?: 'appeal' | 'reappeal' } = { APPEAL_OPEN: 'appeal', REAPPEAL_OPEN: 'reappeal' }

/** Steps of which a party is told, and whether the reason that was given is told with them. */
const STEPS_TOLD: Readonly<Record<string, boolean>> = {
  notify: true,
  appeal: false,
  reappeal: false,
  accept_appeal: true,
  uphold: true,
  sign: false,
  dispose: false,
  execute: false,
  time_out: false,
  retract: false,
}
const FILES_MAX = 50
const TERM_OVER = 'The time in which the institution is heard is over.'

/**
 * What an institution is told of findings against it, and what it answers: what happened, on which of its lines, by which
 * article, how much, until when it may be heard, and what was decided. Not who decides, not how others compare, not how the
 * rule is tuned, and nothing of another institution.
 */
export class Notices {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async list(caller: Caller, { limit, before }: { limit: number; before: { at: Instant; id: string } }): Promise<Notified[]> {
    return this.#notified(caller, '(notified, alert_id) < ($1, $2) ORDER BY notified DESC, alert_id DESC LIMIT $3', [
      before.at,
      before.id,
      limit,
    ])
  }

  async rows(found: readonly Notified[]): Promise<Row[]> {
    const titles = await this.#titles(found)
    return found.map((one) => rowOf(one, titles))
  }

  /** @throws Problem `NOTICE_UNKNOWN` */
  async one(caller: Caller, id: string): Promise<Static<typeof Notice>> {
    const { notified, alert } = await this.#known(caller, id)
    const { database, records } = this.#desk.parts
    const own = notified.fixmedins_code
    const settlements = await readSettlements(records, alert.setl_ids)
    const isOwn = (setl_id: string) => settlements.get(setl_id)?.fixmedins_code === own
    const told = withoutOthers(
      maskAlert(alert),
      own,
      alert.setl_ids.filter((setl_id) => !isOwn(setl_id)),
    )
    const [history, holds, files, titles] = await Promise.all([
      historyOf(database, 'alert', id),
      readHolds(database, [id]),
      attachmentsOf(database, [id]),
      this.#titles([notified]),
    ])
    const heard = new Set(
      history
        .filter(({ action }) => action === 'appeal' || action === 'reappeal')
        .flatMap(({ detail }) => (detail.attachments as string[] | undefined) ?? []),
    )
    return {
      ...rowOf(notified, titles),
      explanation: told.explanation,
      event_time: alert.event_time,
      basis: alert.basis,
      lines: alert.lines.filter(({ setl_id }) => isOwn(setl_id)),
      setl_ids: alert.setl_ids.filter(isOwn),
      holds: holds
        .filter((hold) => hold.fixmedins_code === own)
        .map(({ setl_id, month, amt, state }) => ({ setl_id, month, amt: yuan(amt), state })),
      measures: notified.situation.measures.map(({ code, amount, months, due, executed }) => ({
        code,
        ...(amount !== undefined && { amount: yuan(amount) }),
        ...(months !== undefined && { months }),
        ...(due !== undefined && { due }),
        executed: executed === null ? null : formatInstant(executed),
      })),
      history: history.flatMap(({ n, at, action, from, to, note, detail }) => {
        const { statement = '', attachments = [] } = detail as { statement?: string; attachments?: string[] }
        // Of a panel the party learns the outcome, not the votes.
        const step = action === 'vote' && from !== to ? 'panel' : action
        if (step !== 'panel' && !(step in STEPS_TOLD)) return []
        const stage = STAGES[to as State] ?? 'under_review'
        return [{ n, at, action: step, stage, note: STEPS_TOLD[step] ? note : '', statement, attachments }]
      }),
      attachments: files.filter(({ attachment_id, by_party }) => by_party || heard.has(attachment_id)),
    }
  }

  /** The institution is heard. @throws Problem `NOTICE_UNKNOWN`, or the code of the refusal */
  async state(caller: Caller, id: string, { version, ...said }: Static<typeof StatementOrder>, address: string): Promise<void> {
    const { notified } = await this.#known(caller, id)
    const action = ANSWERS[notified.situation.state]
    if (!action) throw new Problem('STATE_REFUSES', TERM_OVER)
    const own = new Set((await this.one(caller, id)).attachments.map(({ attachment_id }) => attachment_id))
    if (said.attachments?.some((file) => !own.has(file))) throw new Problem('ATTACHMENT_UNKNOWN')
    await this.#desk.act(caller, id, { ...said, action, version }, address)
  }

  /** @throws Problem `NOTICE_UNKNOWN`, `STATE_REFUSES`, `MEDIA_TYPE_UNSUPPORTED`, `TOO_LARGE` */
  async attach(caller: Caller, id: string, file: { name: string; content: Buffer }): Promise<Attachment> {
    const { notified } = await this.#known(caller, id)
    if (!ANSWERS[notified.situation.state]) throw new Problem('STATE_REFUSES', TERM_OVER)
    const { database, now } = this.#desk.parts
    const there = await attachmentsOf(database, [id])
    if (there.length >= FILES_MAX) throw new Problem('TOO_LARGE', `At most ${FILES_MAX} files belong to a notice.`)
    return addAttachment(database, { alert_id: id, ...file }, { by: caller.username, at: now(), isParty: true })
  }

  /** A file that the institution itself has handed in. @throws Problem `NOTICE_UNKNOWN`, `ATTACHMENT_UNKNOWN` */
  async file(caller: Caller, id: string, attachmentId: string) {
    const { attachments } = await this.one(caller, id)
    const isTold = attachments.some(({ attachment_id }) => attachment_id === attachmentId)
    const file = isTold ? await readAttachment(this.#desk.parts.database, attachmentId) : undefined
    if (!file) throw new Problem('ATTACHMENT_UNKNOWN')
    return file
  }

  async #known(caller: Caller, id: string): Promise<{ notified: Notified; alert: Alert }> {
    const [notified] = await this.#notified(caller, 'alert_id = $1', [id])
    const alert = notified && (await this.#desk.parts.alerts.one(caller, id))
    if (!alert) throw new Problem('NOTICE_UNKNOWN')
    return { notified, alert }
  }

  /** Findings of which the caller's institutions were told. Whoever has no institution of his own is told nothing. */
  async #notified(caller: Caller, condition: string, params: readonly unknown[]): Promise<Notified[]> {
    if (caller.institutions.length === 0) return []
    const { sql, params: place } = scopeCondition(caller, params.length + 1)
    return this.#desk.parts.database.query<Notified>(
      `SELECT * FROM (
         SELECT alert_id, detector_id, fixmedins_code, situation - 'undo' AS situation,
           coalesce((SELECT max(at) FROM audit WHERE object_type = 'alert' AND object_id = alert_id AND action = 'notify'
             AND result = 'done'), 0) AS notified
         FROM work WHERE situation->>'notified_amount' IS NOT NULL AND ${sql}) AS told
       WHERE ${condition}`,
      [...params, ...place],
    )
  }

  async #titles(found: readonly Notified[]): Promise<Titles> {
    const ids = [...new Set(found.map(({ detector_id }) => detector_id))]
    if (ids.length === 0) return new Map()
    const rows = await this.#desk.parts.records.query<{ row: string }>(
      `SELECT row FROM detector_catalogue FINAL WHERE id IN ({ids:Array(String)})
       ORDER BY id, version DESC LIMIT 1 BY id`,
      { ids },
    )
    return new Map(
      rows.map(({ row }) => JSON.parse(row) as { id: string; title: Row['title'] }).map(({ id, title }) => [id, title]),
    )
  }
}

function rowOf({ alert_id, detector_id, fixmedins_code, situation, notified }: Notified, titles: Titles): Row {
  const { state, version, notified_amount, due } = situation
  const answer = ANSWERS[state] ?? null
  return {
    notice_id: alert_id,
    title: titles.get(detector_id) ?? { zh: detector_id, en: detector_id },
    fixmedins_code,
    stage: STAGES[state] ?? 'under_review',
    amount: yuan(notified_amount ?? 0),
    notified: formatInstant(notified),
    due: answer && due !== null ? formatInstant(due) : null,
    answer,
    version,
  }
}
