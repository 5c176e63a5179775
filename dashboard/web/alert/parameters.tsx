import { useSpeech, useWords } from '../app/language.tsx'
import { Section } from '../parts/section.tsx'
import { Table } from '../parts/table.tsx'
import { type ParamValue, useCatalogue } from '../rules/use-catalogue.tsx'
import { parameterNote } from '../words/parameters.ts'
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
          { head: words.alert.value, cell: ({ value }) => plainText(value, words) },
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

function Source({ known }: { known: ParamValue | undefined }) {
  const { alert } = useWords()
  if (!known) return <span className="quiet">{alert.used_differs}</span>
  return (
    <span className={known.source === 'default' ? 'tag' : ''} data-testid={`param-${known.source}`}>
      {alert.sources[known.source]}
    </span>
  )
}
