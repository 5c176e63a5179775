import { useState } from 'react'
import { useSpeech } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { useLive } from '../feed/live-context.tsx'
import { Field } from '../parts/field.tsx'
import { formatCount } from '../parts/format.ts'
import { Failure } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { Table } from '../parts/table.tsx'
import { PrecisionText } from './precision-text.tsx'
import { type CatalogueEntry, useCatalogue } from './use-catalogue.tsx'
import { usePrecisions } from './use-precision.ts'

function matches({ id, title }: CatalogueEntry, text: string): boolean {
  const sought = text.trim().toLowerCase()
  return [id, title.zh, title.en].some((word) => word.toLowerCase().includes(sought))
}

/** Every detector: what it is, how it stands, how much it finds, and how often it was right. */
export function RulesScreen() {
  const { words, language } = useSpeech()
  const { rules, common, app } = words
  const { entries, failure, loading } = useCatalogue()
  const { counts } = useLive()
  const { data: decided } = usePrecisions()
  const [text, setText] = useState('')
  const shown = entries.filter((entry) => matches(entry, text))
  return (
    <Screen title={app.rules} className="page">
      {failure !== undefined && <Failure error={failure} />}
      {loading && <p className="quiet loading">{common.loading}</p>}
      <div className="find" hidden={loading}>
        <Field label={rules.find} hint={rules.count(shown.length)}>
          {(ids) => <input {...ids} type="search" value={text} onChange={({ target }) => setText(target.value)} />}
        </Field>
      </div>
      <div className="card" hidden={loading}>
        <Table
          cards
          label={app.rules}
          testId="rules"
          rows={shown}
          keyOf={({ id }) => id}
          columns={[
            {
              head: common.detector,
              cell: ({ id }) => (
                <Link className="code" to={`/rules/${id}`}>
                  {id}
                </Link>
              ),
            },
            { head: common.title, kind: 'text', cell: ({ title }) => title[language] },
            { head: rules.category, cell: ({ id, category = id.slice(0, 3) }) => rules.categories[category] ?? category },
            { head: rules.result, cell: ({ result = '' }) => common.result[result as 'violation'] ?? result },
            { head: rules.stage, cell: ({ stages = [] }) => stages.map((stage) => rules.stages[stage] ?? stage).join(' · ') },
            { head: common.status, cell: ({ status = '' }) => rules.status[status] ?? status },
            { head: rules.version, kind: 'number', cell: ({ version }) => version },
            { head: rules.volume, kind: 'number', cell: ({ id }) => (counts ? formatCount(counts.by_detector[id] ?? 0) : '–') },
            { head: rules.precision, cell: ({ id }) => <PrecisionText decided={decided?.get(id)} /> },
          ]}
        />
      </div>
    </Screen>
  )
}
