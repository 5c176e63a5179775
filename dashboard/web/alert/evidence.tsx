import type { ReactNode } from 'react'
import { useSpeech } from '../app/language.tsx'
import { formatTime, formatYuan } from '../parts/format.ts'
import { Table } from '../parts/table.tsx'
import { codeName } from '../words/codes.ts'
import type { Words } from '../words/words.ts'
import { EntityLink, linkTypeOf } from './entity-link.tsx'
import { fieldName, isMoney } from './field-names.ts'

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/
const ROWS_SHOWN = 100

type Plain = Readonly<Record<string, unknown>>

function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

const NUMBER = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 4 })

/** A single value as text; a field that is known to be money says so. */
export function plainText(value: unknown, { common }: Words, field = ''): string {
  if (value === null || value === undefined || value === '') return common.none
  if (typeof value === 'boolean') return value ? common.yes : common.no
  if (typeof value === 'string') return TIME.test(value) ? formatTime(value) : value
  if (typeof value !== 'number') return JSON.stringify(value)
  return isMoney(field) ? formatYuan(value) : NUMBER.format(value)
}

function isTable(value: unknown): value is readonly Plain[] {
  return Array.isArray(value) && value.length > 0 && value.every(isPlain)
}

function Value({ field, value }: { field: string; value: unknown }): ReactNode {
  const { words, language } = useSpeech()
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
  const name = typeof value === 'string' ? codeName(field, value, language) : ''
  if (name) return `${value} ${name}`
  return plainText(value, words, field)
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

const SENTENCE_FROM = 24

function kindOf(values: readonly unknown[]): 'number' | 'text' | undefined {
  if (values.every((value) => typeof value === 'number')) return 'number'
  const long = values.some((value) =>
    typeof value === 'string' ? value.length > SENTENCE_FROM : Array.isArray(value) && value.length > 1,
  )
  return long ? 'text' : undefined
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
        kind: kindOf(rows.map((row) => row[name])),
        cell: (row: Plain) => <Value field={name} value={row[name]} />,
      }))}
    />
  )
}
