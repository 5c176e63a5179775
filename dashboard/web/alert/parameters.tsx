import { useSpeech, useWords } from '../app/language.tsx'
import { Section } from '../parts/section.tsx'
import { Table } from '../parts/table.tsx'
import { type ParamValue, useCatalogue } from '../rules/use-catalogue.tsx'
import { parameterField, parameterNote } from '../words/parameters.ts'
import { plainText } from './plain-text.ts'
import type { WholeAlert } from './whole-alert.ts'

interface Used {
  readonly name: string
  readonly value: unknown
  /** Where the catalogue has the value from; undefined where it has another one today. */
  readonly known: ParamValue | undefined
}

/** The parameters that were used, and whose they are. */
export function Parameters({ alert: { params, detector_id } }: { alert: WholeAlert }) {
  const { words, language } = useSpeech()
  const entry = useCatalogue().entryOf(detector_id)
  const rows = Object.entries(params).map(([name, value]): Used => {
    const text = JSON.stringify(value)
    return { name, value, known: entry?.params[name]?.find((one) => JSON.stringify(one.value) === text) }
  })
  if (rows.length === 0) return null
  return (
    <Section title={words.alert.parameters}>
      <Table
        cards
        label={words.alert.parameters}
        rows={rows}
        keyOf={({ name }) => name}
        columns={[
          {
            head: words.alert.parameter,
            kind: 'text',
            cell: ({ name, known }) => (
              <ParameterName name={name} note={parameterNote(detector_id, name, known?.note, language)} />
            ),
          },
          { head: words.alert.value, kind: 'text', cell: ({ value }) => <ParameterValue value={value} /> },
          { head: words.alert.source, cell: ({ known }) => <Source known={known} /> },
        ]}
      />
    </Section>
  )
}

/** What a parameter means; its name in the catalogue beside it. */
export function ParameterName({ name, note }: { name: string; note: string }) {
  return (
    <>
      {note} <span className="code quiet">{name}</span>
    </>
  )
}

/** A value as it is told; of one that is made of rows each stands by itself, with the names of its fields. */
export function ParameterValue({ value }: { value: unknown }) {
  const { words, language } = useSpeech()
  if (isRows(value)) {
    return value.map((row) => (
      <div key={JSON.stringify(row)}>
        <ParameterValue value={row} />
      </div>
    ))
  }
  if (!isRow(value)) return plainText(value, words)
  const told = Object.entries(value).filter(([, one]) => !Array.isArray(one) || one.length > 0)
  return told
    .map(([name, one]) => `${parameterField(name, language)} ${plainText(one, words)}`)
    .join(language === 'zh' ? '；' : '; ')
}

type Fields = Readonly<Record<string, unknown>>

function isRow(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function isRows(value: unknown): value is readonly Fields[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRow)
}

function Source({ known }: { known: ParamValue | undefined }) {
  const { alert } = useWords()
  if (!known) return <span className="quiet">{alert.used_differs}</span>
  return (
    <span className={known.source === 'default' ? 'tag' : ''} data-testid={`param-${known.source}`}>
      {alert.sources[known.source]}
    </span>
  )
}
