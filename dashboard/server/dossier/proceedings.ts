import { formatInstant } from '../../../schemas/time.ts'
import type { HistoryEntry } from '../../../schemas/workflow.ts'
import type { Command } from '../workflow/machine/situation.ts'
import type { Dossier } from './dossier.ts'
import type { Paper } from './paper.ts'
import { plain, shortTime, yuanText } from './plain.ts'
import type { DossierWords } from './words.ts'

const STATEMENTS = ['appeal', 'reappeal', 'statement']

/** Who did what, when and why; newest last, as it happened. */
export function writeDecisions(paper: Paper, dossier: Dossier, words: DossierWords): void {
  paper.chapter(words.decisions)
  const files = namesOf(dossier)
  for (const [index, alert] of dossier.alerts.entries()) {
    const decision = dossier.decisions.find(({ alert_id }) => alert_id === alert.alert_id)
    paper.heading(words.finding(index + 1, `${alert.detector_id} ${alert.alert_id}`), 10)
    if (!decision || decision.history.length === 0) {
      paper.text(words.none)
      continue
    }
    writeHistory(paper, decision.history, files, words)
  }
}

type Files = ReadonlyMap<string, string>

function namesOf({ attachments }: Dossier): Files {
  return new Map(attachments.map(({ attachment_id, name }) => [attachment_id, name]))
}

export function writeCaseHistory(paper: Paper, dossier: Dossier, words: DossierWords): void {
  paper.chapter(words.case_history)
  if (dossier.case_history.length === 0) return paper.text(words.none)
  writeHistory(paper, dossier.case_history, namesOf(dossier), words)
}

function writeHistory(paper: Paper, history: readonly HistoryEntry[], files: Files, words: DossierWords): void {
  paper.table(
    [
      { head: words.time, width: 18 },
      { head: words.person, width: 13 },
      { head: words.action, width: 12 },
      { head: words.change, width: 16 },
      { head: words.reason, width: 38 },
    ],
    [...history].reverse().map((entry) => {
      const stage = (name: string | null) => (name === null ? '' : (words.states[name] ?? name))
      const change = entry.from === entry.to ? stage(entry.to) : `${stage(entry.from)} → ${stage(entry.to)}`
      const actor = entry.actor === 'system' ? words.system : entry.actor
      return [shortTime(entry.at), actor, words.actions[entry.action] ?? entry.action, change, reasonsOf(entry, files, words)]
    }),
  )
}

type Ordered = NonNullable<Command['measures']>[number]

/** What the record keeps of an action; amounts in fen. */
interface Given extends Omit<Partial<Command>, 'action'> {
  readonly holds?: readonly { readonly setl_id: string; readonly amt: number; readonly state: string }[]
  readonly attachment_id?: string
}

/** Everything that a person gave with an action. */
function reasonsOf({ action, reason, note, detail }: HistoryEntry, files: Files, words: DossierWords): string {
  const told: string[] = []
  if (reason) told.push(words.dismissal[reason] ? `${reason} ${words.dismissal[reason]}` : reason)
  if (note) told.push(note)
  const { amount, vote, step, measures, assignee, holds, statement, attachments, attachment_id, ...rest } = detail as Given
  if (vote) told.push(`${words.vote}: ${words.votes[vote] ?? vote}`)
  if (step) told.push(`${words.step}: ${words.steps[step] ?? step}`)
  // The record keeps what was ordered in fen.
  if (typeof amount === 'number')
    told.push(`${action === 'notify' ? words.amount_notified : words.yuan}: ${yuanText(amount / 100)}`)
  if (assignee) told.push(`→ ${assignee}`)
  if (statement) told.push(String(statement))
  for (const measure of measures ?? []) told.push(measureText(measure, words))
  for (const hold of holds ?? [])
    told.push(`${hold.setl_id} ${yuanText(hold.amt / 100)} ${words.hold_states[hold.state] ?? hold.state}`)
  for (const id of attachments ?? (attachment_id ? [attachment_id] : [])) told.push(`${words.files}: ${files.get(id) ?? id}`)
  for (const [name, value] of Object.entries(rest as Readonly<Record<string, unknown>>)) {
    if (name === 'hashes' || value === '' || value === false) continue
    told.push(`${name}: ${plain(value)}`)
  }
  return told.join('\n')
}

function measureText({ code, amount, months, due, doctor, points, multiple, note }: Ordered, words: DossierWords): string {
  const parts = [
    words.measures[code] ?? code,
    amount === undefined ? '' : yuanText(amount / 100),
    months === undefined ? '' : words.months(months),
    due ?? '',
    doctor ?? '',
    points === undefined ? '' : words.year_points(points),
    multiple === undefined ? '' : `× ${multiple}`,
    note ?? '',
  ]
  return `${words.measure}: ${parts.filter((part) => part !== '').join(' ')}`
}

export function writeHolds(paper: Paper, { decisions }: Dossier, words: DossierWords): void {
  paper.chapter(words.holds)
  const holds = decisions.flatMap((decision) => decision.holds)
  if (holds.length === 0) return paper.text(words.none)
  paper.table(
    [
      { head: words.settlement, width: 19 },
      { head: words.month, width: 10 },
      { head: words.yuan, width: 14, right: true },
      { head: words.state, width: 10 },
      { head: words.since, width: 23 },
      { head: words.ended, width: 23 },
      { head: words.person, width: 12 },
      { head: words.reason, width: 14 },
    ],
    holds.map((hold) => [
      hold.setl_id,
      hold.month,
      yuanText(hold.amt / 100),
      words.hold_states[hold.state] ?? hold.state,
      shortTime(formatInstant(hold.since)),
      hold.ended === null ? '–' : shortTime(formatInstant(hold.ended)),
      hold.confirmed_by || hold.requested_by || words.system,
      `${hold.reason_rule} ${hold.end_reason}`.trim(),
    ]),
  )
}

/** What the institution has said, whole, with the files it gave. */
export function writeStatements(paper: Paper, dossier: Dossier, words: DossierWords): void {
  paper.chapter(words.statements)
  const names = namesOf(dossier)
  const said = dossier.decisions
    .flatMap(({ alert_id, history }) => history.map((entry) => ({ alert_id, ...entry })))
    .filter(({ action }) => STATEMENTS.includes(action))
    .sort((a, b) => a.n - b.n)
  if (said.length === 0) return paper.text(words.none)
  for (const { alert_id, action, actor, at, note, detail } of said) {
    const files = ((detail.attachments as string[] | undefined) ?? []).map((id) => names.get(id) ?? id)
    paper.pairs(
      [
        [words.time, `${shortTime(at)}  ${actor}  ${words.actions[action] ?? action}`],
        [words.alert, alert_id],
        [words.statement, String(detail.statement ?? note)],
        [words.files, files.join(', ') || '–'],
      ],
      1,
    )
  }
}

export function writeAttachments(paper: Paper, { attachments }: Dossier, words: DossierWords): void {
  paper.chapter(words.attachments)
  if (attachments.length === 0) return paper.text(words.none)
  paper.table(
    [
      { head: words.name, width: 18 },
      { head: words.type, width: 12 },
      { head: words.size, width: 8, right: true },
      { head: words.hash, width: 30 },
      { head: words.added, width: 16 },
    ],
    attachments.map(({ name, media_type, size, sha256, added, added_by }) => [
      name,
      media_type,
      String(size),
      sha256,
      `${shortTime(added)} ${added_by}`,
    ]),
  )
}
