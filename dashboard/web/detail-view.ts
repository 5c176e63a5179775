import type { CatalogueEntry, ParamSource, WholeAlert } from './api.ts'
import { el } from './dom.ts'
import { evidenceList, plainText } from './evidence.ts'
import { formatArticle, formatTime, formatYuan, lawName } from './format.ts'
import { severityBadge } from './severity.ts'
import type { Language, Words } from './words.ts'

interface DetailOptions {
  readonly words: Words
  readonly language: Language
  readonly onClose: () => void
}

const SETTLEMENTS_SHOWN = 20
const LINES_SHOWN = 200

type Section = HTMLElement | false

function section(title: string, ...content: (Node | string | false)[]): HTMLElement {
  return el('section', {}, el('h3', {}, title), ...content)
}

function table(head: readonly string[], rows: readonly (readonly (Node | string)[])[]): HTMLElement {
  const headCells = head.map((text) => el('th', { scope: 'col' }, text))
  const bodyRows = rows.map((cells) => el('tr', {}, ...cells.map((cell) => el('td', {}, cell))))
  return el('div', { class: 'table' }, el('table', {}, el('thead', {}, el('tr', {}, ...headCells)), el('tbody', {}, ...bodyRows)))
}

/** One alert: what was found, why, by which law and with which parameters, and how it changed. */
export function detailView(alert: WholeAlert, entry: CatalogueEntry | undefined, options: DetailOptions): HTMLElement {
  const { words, language, onClose } = options
  const title = entry?.title[language] ?? alert.title
  return el(
    'article',
    { class: 'detail', 'data-testid': 'detail', 'data-id': alert.alert_id },
    el(
      'header',
      {},
      severityBadge(alert.severity, words),
      el('h2', { tabindex: -1 }, title),
      el(
        'button',
        { type: 'button', class: 'close', 'aria-label': words.close, title: `${words.close} (Esc)`, onclick: onClose },
        '✕',
      ),
      el(
        'p',
        { class: 'quiet' },
        `${words.result[alert.result_type]} · `,
        el('span', { class: 'code' }, alert.detector_id),
        ` ${words.rule_version(alert.detector_version)}`,
      ),
    ),
    retraction(alert, words),
    section(words.why, el('p', { class: 'sentence', 'data-testid': 'sentence' }, alert.explanation[language])),
    money(alert, words),
    law(alert, options),
    lines(alert, words),
    section(words.evidence, evidenceList(alert.evidence, options)),
    parameters(alert, entry, options),
    facts(alert, words),
    history(alert, words),
  )
}

function retraction({ status, retract_reason }: WholeAlert, words: Words): Section {
  if (status !== 'retracted') return false
  const reason = retract_reason && `${words.retract_reason}: ${words.retract_reasons[retract_reason] ?? retract_reason}`
  return el('p', { class: 'retraction', 'data-testid': 'retracted' }, el('strong', {}, words.retracted), reason && ` · ${reason}`)
}

function money({ vola_amt, count, risk_score, risk_parts }: WholeAlert, words: Words): Section {
  const parts = Object.entries(risk_parts).map(([name, points]) => `${words.risk_parts[name] ?? name} ${points}`)
  const figure = (label: string, value: string, note = '') =>
    el('div', {}, el('dt', {}, label), el('dd', {}, value, note !== '' && el('small', {}, note)))
  return el(
    'dl',
    { class: 'figures' },
    figure(words.money_at_risk, formatYuan(vola_amt)),
    figure(words.hits, String(count)),
    figure(words.score, String(risk_score), parts.join(' + ')),
  )
}

function law({ basis }: WholeAlert, { words, language }: DetailOptions): Section {
  if (basis.length === 0) return false
  const articles = basis.map(({ law: name, article }) => {
    const inChinese = lawName(name, language) === name
    const text = words.article(lawName(name, language), formatArticle(article, language))
    return el('li', { lang: inChinese ? 'zh-CN' : 'en' }, text)
  })
  return section(words.law, el('ul', { class: 'law', 'data-testid': 'law' }, ...articles))
}

function lines({ lines: all, setl_ids, setl_count }: WholeAlert, words: Words): Section {
  const rows = all
    .slice(0, LINES_SHOWN)
    .map(({ setl_id, feedetl_sn, vola_item_type, vola_amt }) => [
      el('span', { class: 'code' }, setl_id),
      feedetl_sn,
      vola_item_type === 1 ? el('strong', {}, words.violating) : words.involved,
      el('span', { class: 'amount' }, formatYuan(vola_amt)),
    ])
  const named = new Set(all.slice(0, LINES_SHOWN).map(({ setl_id }) => setl_id))
  const others = setl_ids.filter((id) => !named.has(id))
  return section(
    words.lines,
    rows.length > 0 && table([words.settlement, words.line, words.role_in_violation, words.amount], rows),
    others.length > 0 && settlements(others, setl_count, words),
  )
}

function settlements(ids: readonly string[], count: number, words: Words): HTMLElement {
  const shown = el('span', { class: 'code' }, ids.slice(0, SETTLEMENTS_SHOWN).join(' '))
  return el('p', {}, `${words.settlement} `, shown, count > SETTLEMENTS_SHOWN && ` … ${words.settlements_more(count)}`)
}

function parameters({ params }: WholeAlert, entry: CatalogueEntry | undefined, options: DetailOptions): Section {
  const { words } = options
  const names = Object.keys(params)
  if (names.length === 0) return false
  const rows = names.map((name) => {
    const used = JSON.stringify(params[name])
    const known = entry?.params[name]?.find(({ value }) => JSON.stringify(value) === used)
    const note = known?.note ? el('small', {}, known.note) : ''
    return [
      el('span', { class: 'code' }, name),
      plainText(params[name], options),
      el('span', {}, sourceMark(known?.source, words), note),
    ]
  })
  return section(words.parameters, table([words.parameter, words.value, words.source], rows))
}

function sourceMark(source: ParamSource | undefined, words: Words): HTMLElement {
  if (!source) return el('span', { class: 'quiet' }, words.used_differs)
  return el('span', { class: source === 'default' ? 'tag' : '', 'data-testid': `param-${source}` }, words.sources[source])
}

function facts(alert: WholeAlert, words: Words): Section {
  const rows: readonly (readonly [string, string])[] = [
    [`${words.subject_label} (${words.subject[alert.subject_type]})`, alert.subject_id],
    [words.institution, alert.fixmedins_code],
    [words.person, alert.psn_no],
    [words.place, alert.admdvs],
    [words.insured_at, alert.insu_admdvs],
    [words.event_time, formatTime(alert.event_time)],
    [words.detected_at, formatTime(alert.detected_at)],
    [words.seen, `${formatTime(alert.first_seen)} / ${formatTime(alert.last_seen)}`],
  ]
  const shown = rows.filter(([, value]) => value !== '')
  const list = shown.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])
  return section(`${words.facts} (${words.beijing_time})`, el('dl', { class: 'facts' }, ...list))
}

function history({ revisions }: WholeAlert, words: Words): Section {
  const rows = revisions.map(({ revision, detected_at, status, severity, vola_amt, count }) => [
    String(revision),
    formatTime(detected_at),
    words.statuses[status],
    words.severity[severity] ?? '',
    el('span', { class: 'amount' }, formatYuan(vola_amt)),
    String(count),
  ])
  const head = [words.revision, words.time, words.status, words.level, words.amount, words.hits]
  return section(words.history, el('div', { 'data-testid': 'history' }, table(head, rows)))
}
