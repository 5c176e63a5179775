import type { Alert } from '../../../schemas/alert.ts'
import type { Dossier, Language } from './dossier.ts'
import type { Paper } from './paper.ts'
import { articleText, plain, shortTime, yuanText } from './plain.ts'
import type { DossierWords } from './words.ts'

const VIOLATING = 1
const LINES_PRINTED = 400
const ROWS_PRINTED = 100

/** Each finding: its sentence, its lines, its evidence, the law, and the parameters with their source. */
export function writeFindings(paper: Paper, dossier: Dossier, words: DossierWords, language: Language): void {
  paper.chapter(words.findings)
  for (const [index, alert] of dossier.alerts.entries()) {
    const decision = dossier.decisions.find(({ alert_id }) => alert_id === alert.alert_id)
    const state = decision?.situation?.state ?? (alert.status === 'retracted' ? 'VOIDED' : 'NEW')
    paper.heading(words.finding(index + 1, titleOf(dossier, alert, language)))
    paper.text(alert.explanation[language], { strong: true })
    paper.pairs([
      [words.rule, words.rule_version(alert.detector_id, alert.detector_version)],
      [words.result, words.results[alert.result_type] ?? alert.result_type],
      [words.severity, words.severities[alert.severity] ?? String(alert.severity)],
      [words.state, words.states[state] ?? state],
      [words.subject, `${words.subjects[alert.subject_type]} ${alert.subject_id}`],
      [words.institution, alert.fixmedins_code],
      [words.amount, yuanText(alert.vola_amt)],
      [words.recoverable, yuanText(decision?.recoverable_amt ?? 0)],
      [words.happened, shortTime(alert.event_time)],
      [words.detected, shortTime(alert.detected_at)],
      [words.status, words.statuses[alert.status] ?? alert.status],
      [words.knowledge, alert.knowledge_version],
    ])
    paper.pairs([[words.alert, alert.alert_id]], 1)
    writeBasis(paper, alert, words, language)
    writeLines(paper, alert, words)
    writeEvidence(paper, alert, words)
    writeParameters(paper, dossier, alert, words)
  }
}

function titleOf({ detectors }: Dossier, { detector_id, title }: Alert, language: Language): string {
  return detectors.find(({ id }) => id === detector_id)?.title[language] ?? title
}

function writeBasis(paper: Paper, { basis }: Alert, words: DossierWords, language: Language): void {
  if (basis.length === 0) return
  paper.heading(words.basis, 9.5)
  for (const { law, article } of basis) paper.text(words.article(law, articleText(article, language)))
}

function writeLines(paper: Paper, { lines }: Alert, words: DossierWords): void {
  if (lines.length === 0) return
  paper.heading(words.lines, 9.5)
  paper.table(
    [
      { head: words.settlement, width: 4 },
      { head: words.line, width: 2 },
      { head: words.role, width: 2 },
      { head: words.yuan, width: 2, right: true },
    ],
    lines.slice(0, LINES_PRINTED).map(({ setl_id, feedetl_sn, vola_item_type, vola_amt }) => {
      const isViolating = vola_item_type === VIOLATING
      return [
        setl_id,
        feedetl_sn,
        { text: isViolating ? words.violating : words.involved, strong: isViolating },
        yuanText(vola_amt),
      ]
    }),
  )
  if (lines.length > LINES_PRINTED) paper.text(words.lines_not_printed(lines.length - LINES_PRINTED), { quiet: true })
}

type Plain = Readonly<Record<string, unknown>>

function isTable(value: unknown): value is readonly Plain[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((row) => row !== null && typeof row === 'object' && !Array.isArray(row))
  )
}

function writeEvidence(paper: Paper, { evidence }: Alert, words: DossierWords): void {
  const fields = Object.entries(evidence)
  if (fields.length === 0) return
  paper.heading(words.evidence, 9.5)
  const named = (field: string) => words.fields[field] ?? field
  const single = fields.filter(([, value]) => !isTable(value))
  paper.pairs(
    single.map(([field, value]) => [named(field), plain(value)]),
    single.some(([, value]) => plain(value).length > 40) ? 1 : 2,
  )
  for (const [field, value] of fields) {
    if (!isTable(value)) continue
    const columns = [...new Set(value.flatMap((row) => Object.keys(row)))]
    paper.text(named(field), { quiet: true })
    paper.table(
      columns.map((column) => ({ head: named(column), width: widest(value, column) })),
      value.slice(0, ROWS_PRINTED).map((row) => columns.map((column) => plain(row[column]))),
    )
  }
}

/** A column takes room by what stands in it, within limits. */
function widest(rows: readonly Plain[], column: string): number {
  const longest = Math.max(column.length, ...rows.slice(0, ROWS_PRINTED).map((row) => plain(row[column]).length))
  return Math.min(24, Math.max(6, longest))
}

function writeParameters(paper: Paper, { detectors }: Dossier, alert: Alert, words: DossierWords): void {
  const used = Object.entries(alert.params)
  if (used.length === 0) return
  const entry = detectors.find(({ id, version }) => id === alert.detector_id && version === alert.detector_version)
  paper.heading(words.parameters, 9.5)
  paper.table(
    [
      { head: words.parameter, width: 3 },
      { head: words.value, width: 4 },
      { head: words.source, width: 5 },
    ],
    used.map(([name, value]) => {
      const text = JSON.stringify(value)
      const known = entry?.params[name]?.find((one) => JSON.stringify(one.value) === text)
      const source = known ? (words.sources[known.source] ?? known.source) : words.source_unknown
      return [name, plain(value), known?.note ? `${source} (${known.note})` : source]
    }),
  )
}
