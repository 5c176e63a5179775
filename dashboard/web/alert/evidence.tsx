import type { ReactNode } from 'react'
import { useSpeech } from '../app/language.tsx'
import { formatTime } from '../parts/format.ts'
import { Table } from '../parts/table.tsx'
import type { Words } from '../words/words.ts'
import { EntityLink, linkTypeOf } from './entity-link.tsx'
import { fieldName } from './field-names.ts'

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/
const ROWS_SHOWN = 100

type Plain = Readonly<Record<string, unknown>>

function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** A single value as text. */
export function plainText(value: unknown, { common }: Words): string {
  if (value === null || value === undefined || value === '') return common.none
  if (typeof value === 'boolean') return value ? common.yes : common.no
  if (typeof value === 'string') return TIME.test(value) ? formatTime(value) : value
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

function isTable(value: unknown): value is readonly Plain[] {
  return Array.isArray(value) && value.length > 0 && value.every(isPlain)
}

function Value({ field, value }: { field: string; value: unknown }): ReactNode {
  const { words } = useSpeech()
  if (isTable(value)) return <EvidenceTable field={field} rows={value} />
  if (Array.isArray(value)) {
    if (value.length === 0) return words.common.none
    return value.map((item, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: stored evidence does not change its order.
      <span className="item" key={index}>
        <Value field={field} value={item} />
      </span>
    ))
  }
  if (isPlain(value)) return <Evidence evidence={value} />
  const type = linkTypeOf(field)
  if (type && typeof value === 'string' && value) return <EntityLink type={type} id={value} />
  return plainText(value, words)
}

/** What a detector kept of its reasons, field by field: lists of things as tables, which need the whole width. */
export function Evidence({ evidence }: { evidence: Plain }) {
  const { language } = useSpeech()
  return (
    <dl className="evidence">
      {Object.entries(evidence).map(([field, value]) => (
        <div key={field} className={isTable(value) || isPlain(value) ? 'wide' : undefined}>
          <dt>{fieldName(field, language)}</dt>
          <dd>
            <Value field={field} value={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function EvidenceTable({ field, rows }: { field: string; rows: readonly Plain[] }) {
  const { language } = useSpeech()
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return (
    <Table
      label={fieldName(field, language)}
      rows={rows.slice(0, ROWS_SHOWN)}
      keyOf={(_row, index) => String(index)}
      columns={fields.map((name) => ({
        head: fieldName(name, language),
        kind: rows.every((row) => typeof row[name] === 'number') ? ('number' as const) : undefined,
        cell: (row: Plain) => <Value field={name} value={row[name]} />,
      }))}
    />
  )
}
