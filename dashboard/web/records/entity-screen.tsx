import type { AlertSummary } from '../../../schemas/wire.ts'
import { Evidence } from '../alert/evidence.tsx'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { useLoad } from '../app/use-load.ts'
import { AlertLinks } from '../parts/alert-links.tsx'
import { ExportButton } from '../parts/export-button.tsx'
import { formatCount, formatTime, formatYuan } from '../parts/format.ts'
import { PanelState } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { Section } from '../parts/section.tsx'
import { type SettlementRow, SettlementTable } from './settlement-table.tsx'
import { EntityTimeline } from './timeline.tsx'

/** How settlements of it are sought. */
const SOUGHT_BY: Readonly<Record<string, string>> = {
  person: 'person_of',
  institution: 'fixmedins_code',
  doctor: 'doctor',
  item: 'med_list_codg',
  trace: 'drug_trac_codg',
}

interface Entity {
  readonly id: string
  readonly facts: Readonly<Record<string, unknown>> | null
  readonly activity: {
    readonly settlements: number
    readonly persons: number
    readonly fund_pay_sumamt: number
    readonly first: string
    readonly last: string
  } | null
  readonly settlements: readonly SettlementRow[]
  readonly alerts: { readonly rows: readonly AlertSummary[]; readonly total?: { readonly value: number } }
}

/** A person, institution, doctor, item or trace code: what it is, what it does, and what was found about it. */
export function EntityScreen({ type, id }: { type: string; id: string }) {
  const { common } = useWords()
  const loaded = useLoad(`entity ${type} ${id}`, () => client.get<Entity>(`/entities/${type}/${encodeURIComponent(id)}`))
  const kind = common.subject[type as 'person'] ?? type
  const name = loaded.data?.facts?.name
  return (
    <Screen
      title={`${kind} ${typeof name === 'string' ? name : (loaded.data?.id ?? '')}`}
      className="page"
      tools={typeof name === 'string' && <span className="code quiet">{loaded.data?.id}</span>}
    >
      <PanelState loaded={loaded}>{(entity) => <Whole type={type} named={id} entity={entity} />}</PanelState>
    </Screen>
  )
}

/** `named` is how the address calls it: a person by something that leads there. */
function Whole({ type, named, entity }: { type: string; named: string; entity: Entity }) {
  const { records, common } = useWords()
  const { facts, activity, settlements, alerts } = entity
  return (
    <div data-testid="entity">
      <div className="columns">
        <Section title={records.facts}>
          {facts ? <Evidence evidence={facts} /> : <p className="quiet">{records.unregistered}</p>}
        </Section>
        <Section title={records.alerts_of} note={alerts.total && common.total(formatCount(alerts.total.value))}>
          {alerts.rows.length === 0 ? (
            <p className="quiet">{records.no_alerts}</p>
          ) : (
            <AlertLinks rows={alerts.rows} testId="alerts" />
          )}
        </Section>
      </div>
      {activity && (
        <dl className="figures">
          <Figure name={records.settlement_count} value={formatCount(activity.settlements)} />
          {type !== 'person' && <Figure name={records.person_count} value={formatCount(activity.persons)} />}
          <Figure name={records.fund_sum} value={formatYuan(activity.fund_pay_sumamt)} />
          {activity.first && (
            <Figure
              name={`${records.first} – ${records.last}`}
              value={`${formatTime(activity.first).slice(0, 10)} – ${formatTime(activity.last).slice(0, 10)}`}
            />
          )}
        </dl>
      )}
      <EntityTimeline type={type} id={named} />
      {activity && (
        <Section title={records.settlements_of}>
          {settlements.length === 0 ? (
            <p className="quiet">{records.no_settlements}</p>
          ) : (
            <>
              <SettlementTable rows={settlements} of={type} />
              <p className="foot">
                <ExportButton list="settlements" filter={{ [SOUGHT_BY[type] ?? '']: named }} />
              </p>
            </>
          )}
        </Section>
      )}
    </div>
  )
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
