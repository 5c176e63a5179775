import { el } from './dom.ts'
import { fieldName } from './field-names.ts'
import { formatTime } from './format.ts'
import type { Language, Words } from './words.ts'

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/
const CELLS_MAX = 100

interface Reading {
  readonly words: Words
  readonly language: Language
}

type Plain = Readonly<Record<string, unknown>>

function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** A single value as text. */
export function plainText(value: unknown, { words }: Reading): string {
  if (value === null || value === undefined || value === '') return words.none
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'string') return TIME.test(value) ? formatTime(value) : value
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

function shownValue(value: unknown, reading: Reading): Node | string {
  if (Array.isArray(value) && value.length > 0 && value.every(isPlain)) return tableOf(value, reading)
  if (Array.isArray(value))
    return value.length === 0 ? reading.words.none : value.map((item) => plainText(item, reading)).join('、')
  return isPlain(value) ? evidenceList(value, reading) : plainText(value, reading)
}

/** What a detector kept of its reasons, field by field: lists of things as tables, which need the whole width. */
export function evidenceList(evidence: Plain, reading: Reading): HTMLElement {
  const entries = Object.entries(evidence).flatMap(([field, value]) => {
    const shown = shownValue(value, reading)
    const width = shown instanceof HTMLDivElement ? 'wide' : undefined
    return [el('dt', { class: width }, fieldName(field, reading.language)), el('dd', { class: width }, shown)]
  })
  return el('dl', { class: 'evidence' }, ...entries)
}

function tableOf(rows: readonly Plain[], reading: Reading): HTMLElement {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const head = fields.map((field) => el('th', { scope: 'col' }, fieldName(field, reading.language)))
  const body = rows
    .slice(0, CELLS_MAX)
    .map((row) => el('tr', {}, ...fields.map((field) => el('td', {}, shownValue(row[field], reading)))))
  return el('div', { class: 'table' }, el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...body)))
}
