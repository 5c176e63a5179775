import { useState } from 'react'
import type { AlertSummary } from '../../../schemas/wire.ts'
import { client } from '../app/client.ts'
import { useSpeech, useWords } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { useLoad } from '../app/use-load.ts'
import { AlertLinks } from '../parts/alert-links.tsx'
import { formatPrice, formatTime, formatYuan } from '../parts/format.ts'
import { PanelState } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { Section } from '../parts/section.tsx'
import { Severity } from '../parts/severity.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { codeName } from '../words/codes.ts'
import { entityPath } from './entity-path.ts'

interface TraceUse {
  readonly code: string
  readonly split: boolean
}

interface Line {
  readonly feedetl_sn: string
  readonly med_list_codg: string
  readonly name: string
  readonly fee_ocur_time: string
  readonly cnt: number
  readonly pric: number
  readonly det_item_fee_sumamt: number | null
  readonly doctor: string
  readonly traces: readonly TraceUse[]
}

interface Whole {
  readonly header: Readonly<Record<string, string | number | null>>
  readonly institution_name: string
  readonly voided_by: string
  readonly diagnoses: readonly { readonly code: string; readonly name: string; readonly main: boolean }[]
  readonly operations: readonly { readonly code: string; readonly time: string; readonly doctor: string }[]
  readonly lines: readonly Line[]
  readonly lines_count: number
  readonly loose_traces: readonly TraceUse[]
  readonly alerts: readonly AlertSummary[]
  readonly alert_lines: Readonly<Record<string, readonly string[]>>
}

const MONEY = ['medfee_sumamt', 'inscp_scp_amt', 'fund_pay_sumamt', 'hifp_pay', 'psn_part_amt', 'acct_pay', 'psn_cash_pay']
const TIMES = new Set(['setl_time', 'begntime', 'endtime'])

/** One settlement: what was paid for whom, and every alert where it belongs. */
export function SettlementScreen({ id }: { id: string }) {
  const { records } = useWords()
  const loaded = useLoad(`settlement ${id}`, () => client.get<Whole>(`/settlements/${encodeURIComponent(id)}`))
  return (
    <Screen title={`${records.settlement} ${id}`} className="page">
      <PanelState loaded={loaded}>{(whole) => <Settlement id={id} whole={whole} />}</PanelState>
    </Screen>
  )
}

function Settlement({ id, whole }: { id: string; whole: Whole }) {
  const { records } = useWords()
  const { header, diagnoses, operations, loose_traces, alerts } = whole
  const plain = Object.entries(header).filter(([name, value]) => !MONEY.includes(name) && value !== '' && value !== null)
  return (
    <div data-testid="settlement">
      {whole.voided_by && <p className="retraction">{records.voided_by(whole.voided_by)}</p>}
      <div className="columns">
        <Section title={records.header}>
          <dl className="facts">
            {plain.map(([name, value]) => (
              <HeaderFact key={name} id={id} name={name} value={value!} institution={whole.institution_name} />
            ))}
          </dl>
        </Section>
        <Section title={records.money}>
          <dl className="facts money">
            {MONEY.filter((name) => typeof header[name] === 'number').map((name) => (
              <div key={name} className="pair">
                <dt>{records.fields[name]}</dt>
                <dd className="amount">{formatYuan(header[name] as number)}</dd>
              </div>
            ))}
          </dl>
        </Section>
        <Section title={records.diagnoses}>
          <ul>
            {diagnoses.map(({ code, name, main }) => (
              <li key={code}>
                <span className="code">{code}</span> {name} {main && <span className="tag">{records.main}</span>}
              </li>
            ))}
          </ul>
          {operations.length > 0 && (
            <p>
              {records.operations}{' '}
              {operations.map(({ code, time }) => (
                <span className="item code" key={`${code} ${time}`}>
                  {code} {formatTime(time)}
                </span>
              ))}
            </p>
          )}
        </Section>
      </div>
      <Section title={records.alerts}>
        {alerts.length === 0 ? <p className="quiet">{records.no_alerts}</p> : <AlertLinks rows={alerts} testId="alerts" />}
      </Section>
      <Lines whole={whole} />
      {loose_traces.length > 0 && (
        <Section title={records.traces}>
          {loose_traces.map((trace) => (
            <Trace key={trace.code} trace={trace} />
          ))}
        </Section>
      )}
    </div>
  )
}

interface HeaderFactProps {
  readonly id: string
  readonly name: string
  readonly value: string | number
  readonly institution: string
}

function HeaderFact({ id, name, value, institution }: HeaderFactProps) {
  const { words, language } = useSpeech()
  const { records } = words
  const text = String(value)
  const shown = () => {
    if (name === 'psn_no') return <Link to={entityPath('person', text, { settlement: id })}>{text}</Link>
    if (name === 'fixmedins_code') {
      return (
        <>
          <Link className="code" to={entityPath('institution', text)}>
            {text}
          </Link>{' '}
          {institution}
        </>
      )
    }
    if (name === 'chfpdr_code') {
      return (
        <Link className="code" to={entityPath('doctor', text)}>
          {text}
        </Link>
      )
    }
    if (TIMES.has(name)) return formatTime(text)
    const meaning = codeName(name, text, language)
    return name === 'gend' && meaning ? meaning : `${text} ${meaning}`
  }
  return (
    <>
      <dt>{records.fields[name] ?? name}</dt>
      <dd>{shown()}</dd>
    </>
  )
}

function Lines({ whole: { lines, lines_count, alerts, alert_lines } }: { whole: Whole }) {
  const { records, common } = useWords()
  const [flaggedOnly, setFlaggedOnly] = useState(false)
  const byId = new Map(alerts.map((alert) => [alert.alert_id, alert]))
  const isFlagged = ({ feedetl_sn }: Line) => (alert_lines[feedetl_sn] ?? []).length > 0
  const flagged = lines.filter(isFlagged)
  const shown = flaggedOnly ? flagged : lines
  const columns: TableColumn<Line>[] = [
    { head: records.seq, cell: ({ feedetl_sn }) => feedetl_sn },
    {
      head: records.name,
      kind: 'text',
      cell: ({ med_list_codg, name }) => (
        <>
          {name}{' '}
          <Link className="code" to={entityPath('item', med_list_codg)}>
            {med_list_codg}
          </Link>
        </>
      ),
    },
    { head: records.fee_time, cell: ({ fee_ocur_time }) => formatTime(fee_ocur_time) },
    { head: records.cnt, kind: 'number', cell: ({ cnt }) => cnt },
    { head: records.price, kind: 'number', cell: ({ pric }) => formatPrice(pric) },
    {
      head: records.amount,
      kind: 'number',
      cell: ({ det_item_fee_sumamt }) => (det_item_fee_sumamt === null ? '' : formatYuan(det_item_fee_sumamt)),
    },
    {
      head: records.doctor,
      cell: ({ doctor }) =>
        doctor && (
          <Link className="code" to={entityPath('doctor', doctor)}>
            {doctor}
          </Link>
        ),
    },
  ]
  if (lines.some(({ traces }) => traces.length > 0)) {
    columns.push({ head: records.traces, cell: ({ traces }) => traces.map((trace) => <Trace key={trace.code} trace={trace} />) })
  }
  if (flagged.length > 0) {
    columns.push({
      head: records.alerts_on_line,
      cell: ({ feedetl_sn }) =>
        (alert_lines[feedetl_sn] ?? []).map((alertId) => (
          <Link className="item" key={alertId} to={`/alerts/${alertId}`}>
            <Severity level={byId.get(alertId)?.severity ?? 4} /> <span className="code">{byId.get(alertId)?.detector_id}</span>
          </Link>
        )),
    })
  }
  return (
    <Section title={records.lines} note={common.total(String(lines_count))}>
      {flagged.length > 0 && flagged.length < lines.length && (
        <label className="check">
          <input type="checkbox" checked={flaggedOnly} onChange={({ target }) => setFlaggedOnly(target.checked)} />
          {records.flagged_only(flagged.length)}
        </label>
      )}
      {lines.length === 0 ? (
        <p className="quiet">{records.no_lines}</p>
      ) : (
        <Table
          label={records.lines}
          testId="lines"
          rows={shown}
          keyOf={({ feedetl_sn }, index) => `${feedetl_sn} ${index}`}
          marked={isFlagged}
          columns={columns}
        />
      )}
    </Section>
  )
}

function Trace({ trace: { code, split } }: { trace: TraceUse }) {
  const { records } = useWords()
  return (
    <span className="item">
      <Link className="code" to={entityPath('trace', code)}>
        {code}
      </Link>{' '}
      {split && <span className="tag">{records.split}</span>}
    </span>
  )
}
