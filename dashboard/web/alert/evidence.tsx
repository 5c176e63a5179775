import type { ReactNode } from 'react'
import { useSpeech } from '../app/language.tsx'
import { Table } from '../parts/table.tsx'
import { codeName } from '../words/codes.ts'
import { valueName } from '../words/values.ts'
import { EntityLink, linkTypeOf } from './entity-link.tsx'
import { fieldName } from './field-names.ts'
import { plainText } from './plain-text.ts'

const ROWS_SHOWN = 100

type Plain = Readonly<Record<string, unknown>>

function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function isTable(value: unknown): value is readonly Plain[] {
  return Array.isArray(value) && value.length > 0 && value.every(isPlain)
}

interface ValueProps {
  readonly field: string
  readonly value: unknown
  readonly detector: string
}

function Value({ field, value, detector }: ValueProps): ReactNode {
  const { words, language } = useSpeech()
  if (isTable(value)) return <EvidenceTable field={field} rows={value} detector={detector} />
  if (Array.isArray(value)) {
    if (value.length === 0) return words.common.none
    return value.map((item, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: stored evidence does not change its order.
      <span className="item" key={index}>
        <Value field={field} value={item} detector={detector} />
      </span>
    ))
  }
  if (isPlain(value)) return <Evidence evidence={value} detector={detector} />
  const type = linkTypeOf(field)
  if (type && typeof value === 'string' && value) return <EntityLink type={type} id={value} />
  const name = typeof value === 'string' ? codeName(field, value, language) || valueName(value, language) : ''
  if (name) return <span title={String(value)}>{name}</span>
  return plainText(value, words, { field, detector })
}

/** What a detector kept of its reasons, field by field: lists of things as tables, which need the whole width. */
export function Evidence({ evidence, detector = '' }: { evidence: Plain; detector?: string }) {
  const { language } = useSpeech()
  return (
    <dl className="evidence">
      {Object.entries(evidence).map(([field, value]) => (
        <div key={field} className={isTable(value) || isPlain(value) ? 'wide' : undefined}>
          <dt>{fieldName(field, language)}</dt>
          <dd>
            <Value field={field} value={value} detector={detector} />
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

function EvidenceTable({ field, rows, detector }: { field: string; rows: readonly Plain[]; detector: string }) {
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
        cell: (row: Plain) => <Value field={name} value={row[name]} detector={detector} />,
      }))}
    />
  )
}
