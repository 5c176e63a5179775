import type { ReactNode } from 'react'
import { articlesByLaw } from '../alert/law.tsx'
import { ParameterName, ParameterValue } from '../alert/parameters.tsx'
import { useSpeech } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { useLive } from '../feed/live-context.tsx'
import { formatArticle, formatCount } from '../parts/format.ts'
import { Failure } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { Section } from '../parts/section.tsx'
import { Table } from '../parts/table.tsx'
import { BEHAVIOURS_EN } from '../words/behaviours.ts'
import { lawName } from '../words/laws.ts'
import { parameterNote } from '../words/parameters.ts'
import { DailyVolume } from './daily-volume.tsx'
import { PrecisionText } from './precision-text.tsx'
import { type CatalogueEntry, type ParamValue, useCatalogue } from './use-catalogue.tsx'
import { usePrecision } from './use-precision.ts'

type Row = ParamValue & { readonly name: string }

/** One detector with its law, its parameters and where they come from. */
export function RuleScreen({ id }: { id: string }) {
  const { words, language } = useSpeech()
  const { entryOf, failure } = useCatalogue()
  const entry = entryOf(id)
  return (
    <Screen title={entry ? `${id} ${entry.title[language]}` : id} className="page">
      {failure !== undefined && <Failure error={failure} />}
      {entry ? <Rule entry={entry} /> : <p className="quiet loading">{words.common.loading}</p>}
    </Screen>
  )
}

function Rule({ entry }: { entry: CatalogueEntry }) {
  const { words, language } = useSpeech()
  const { rules, common, alert } = words
  const { counts } = useLive()
  const { data: decided } = usePrecision(entry.id)
  const { id, basis = [], stages = [], result = '', status = '', behaviour = '', example_sentence } = entry
  const facts: readonly (readonly [string, ReactNode])[] = [
    [rules.result, common.result[result as 'violation'] ?? result],
    [rules.stage, stages.map((stage) => rules.stages[stage] ?? stage).join(' · ')],
    [common.status, rules.status[status] ?? status],
    [rules.version, entry.version],
    [rules.behaviour, language === 'zh' ? behaviour : (BEHAVIOURS_EN[behaviour] ?? behaviour)],
    [rules.volume, counts ? formatCount(counts.by_detector[id] ?? 0) : '–'],
    [rules.precision, <PrecisionText key="precision" decided={decided} />],
  ]
  return (
    <div data-testid="rule">
      <div className="columns">
        <Section title={common.detector}>
          <dl className="facts">
            {facts.map(([name, value]) => (
              <div className="pair" key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <p>
            <Link to={`/live?detector_id=${id}`}>{rules.see_alerts}</Link>
          </p>
        </Section>
        <Section title={rules.basis}>
          <ul className="law">
            {[...articlesByLaw(basis)].map(([law, articles]) => (
              <li key={law}>
                {alert.article(lawName(law, language), articles.map((one) => formatArticle(one, language)).join(common.and))}
              </li>
            ))}
          </ul>
        </Section>
        {example_sentence && (
          <Section title={rules.example}>
            <p>{example_sentence[language]}</p>
          </Section>
        )}
      </div>
      <Section title={rules.by_day}>
        <DailyVolume detector={id} />
      </Section>
      <Section title={rules.params}>
        <Params entry={entry} />
      </Section>
    </div>
  )
}

function Params({ entry }: { entry: CatalogueEntry }) {
  const { words, language } = useSpeech()
  const { rules, alert, common } = words
  const rows: readonly Row[] = Object.entries(entry.params).flatMap(([name, values]) =>
    values.map((value) => ({ name, ...value })),
  )
  if (rows.length === 0) return <p className="quiet">{rules.no_params}</p>
  return (
    <Table
      cards
      label={rules.params}
      testId="params"
      rows={rows}
      keyOf={({ name }, index) => `${name} ${index}`}
      columns={[
        {
          head: alert.parameter,
          kind: 'text',
          cell: ({ name, note }) => <ParameterName name={name} note={parameterNote(entry.id, name, note, language)} />,
        },
        { head: alert.value, kind: 'text', cell: ({ value }) => <ParameterValue value={value} /> },
        {
          head: alert.source,
          cell: ({ source }) => <span className={source === 'default' ? 'tag' : ''}>{alert.sources[source]}</span>,
        },
        ...(rows.some(({ since }) => since) ? [{ head: rules.since, cell: ({ since }: Row) => since ?? common.none }] : []),
        ...(rows.some(({ region }) => region) ? [{ head: rules.region, cell: ({ region }: Row) => region ?? common.none }] : []),
      ]}
    />
  )
}
