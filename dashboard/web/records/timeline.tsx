import { Chart } from '../alert/pictures/chart.tsx'
import { timeScale } from '../alert/pictures/scale.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { useLoad } from '../app/use-load.ts'
import { formatCount, formatYuan } from '../parts/format.ts'
import { PanelState } from '../parts/panel-state.tsx'
import { Section } from '../parts/section.tsx'
import { Severity } from '../parts/severity.tsx'
import { Table } from '../parts/table.tsx'

interface Day {
  readonly day: string
  readonly settlements: number
  readonly fund_pay_sumamt: number
  /** Open alerts of severity 1, 2, 3 and 4. */
  readonly alerts: readonly number[]
}

interface Stay {
  readonly mdtrt_id: string
  readonly begntime: string
  readonly endtime: string
}

interface Timeline {
  readonly from: string
  readonly to: string
  readonly days: readonly Day[]
  readonly stays: readonly Stay[]
  readonly alerts_exact: boolean
}

const DAY_MS = 86_400_000
const midnight = (day: string) => Date.parse(`${day}T00:00:00+08:00`)
const alertsOf = ({ alerts }: Day) => alerts.reduce((sum, count) => sum + count, 0)

/** What happened day by day: what the fund paid, stays, and alerts; as a picture and as a table. */
export function EntityTimeline({ type, id }: { type: string; id: string }) {
  const { records, common } = useWords()
  const path = `/entities/${type}/${encodeURIComponent(id)}/timeline`
  const loaded = useLoad(path, () => client.get<Timeline>(path))
  return (
    <Section title={records.timeline} testId="timeline">
      <PanelState loaded={loaded}>
        {(timeline) =>
          timeline.days.length === 0 ? (
            <p className="quiet">{common.empty}</p>
          ) : (
            <>
              <Picture timeline={timeline} />
              <Days timeline={timeline} />
            </>
          )
        }
      </PanelState>
    </Section>
  )
}

const MARGIN_DAYS = 2
const LEAST_DAYS = 29
/** Half a word under the first and the last day. */
const EDGE = 18
/** A day is no wider than this, however few there are. */
const DAY_MAX = 16
const HEAD = 20
const ALERTS = 58
const STAY = 16
const MONEY = 84
const FOOT = 22

function Picture({ timeline: { from, to, days, stays, alerts_exact } }: { timeline: Timeline }) {
  const { records } = useWords()
  // Empty months before the first day would leave no room for those in which something happened.
  const start = Math.max(
    midnight(from),
    Math.min(midnight(days[0]!.day) - MARGIN_DAYS * DAY_MS, midnight(to) - LEAST_DAYS * DAY_MS),
  )
  const most = { fund: Math.max(1, ...days.map((day) => day.fund_pay_sumamt)), alerts: Math.max(1, ...days.map(alertsOf)) }
  const settled = days.reduce((sum, day) => sum + day.settlements, 0)
  const paid = days.reduce((sum, day) => sum + Math.round(day.fund_pay_sumamt * 100), 0) / 100
  const found = days.reduce((sum, day) => sum + alertsOf(day), 0)
  const alertBase = HEAD + ALERTS
  const stayTop = alertBase + 6
  const moneyBase = stayTop + (stays.length > 0 ? STAY : 0) + MONEY
  const summary = records.timeline_summary(formatCount(settled), formatYuan(paid), formatCount(found))
  return (
    <Chart
      label={`${from} – ${to}: ${summary}`}
      height={moneyBase + FOOT}
      caption={`${from} – ${to} · ${summary}${alerts_exact ? '' : ` · ${records.timeline_latest}`}`}
    >
      {(width) => {
        const { x, ticks } = timeScale(start, midnight(to) + DAY_MS, EDGE, width - EDGE)
        const wide = Math.min(DAY_MAX, Math.max(2, x(DAY_MS) - x(0) - 1))
        return (
          <>
            {ticks.map(({ at, text }) => (
              <g key={at} className="tick">
                <line x1={x(at)} x2={x(at)} y1={HEAD} y2={moneyBase} />
                <text x={x(at)} y={moneyBase + 15} textAnchor="middle">
                  {text}
                </text>
              </g>
            ))}
            <text className="small" x={EDGE} y={12}>
              {records.timeline_alerts(formatCount(most.alerts))}
            </text>
            <text className="small" x={EDGE} y={moneyBase - MONEY + 10}>
              {records.timeline_paid(formatYuan(most.fund))}
            </text>
            {days.map((day) => (
              <g key={day.day} transform={`translate(${x(midnight(day.day))} 0)`}>
                <AlertStack counts={day.alerts} width={wide} base={alertBase} scale={ALERTS / most.alerts} />
                <rect
                  className="span plain"
                  y={moneyBase - (day.fund_pay_sumamt / most.fund) * (MONEY - 16)}
                  width={wide}
                  height={(day.fund_pay_sumamt / most.fund) * (MONEY - 16)}
                />
              </g>
            ))}
            {stays.map(({ mdtrt_id, begntime, endtime }) => {
              const left = Math.max(EDGE, x(Date.parse(begntime)))
              const right = endtime ? x(Date.parse(endtime)) : width - EDGE
              return (
                <rect key={mdtrt_id} className="stay" x={left} y={stayTop} width={Math.max(3, right - left)} height={8} rx={3}>
                  <title>{`${records.stay} ${begntime.slice(0, 10)} – ${endtime.slice(0, 10)}`}</title>
                </rect>
              )
            })}
          </>
        )
      }}
    </Chart>
  )
}

/** The alerts of a day, the most severe at the bottom. */
function AlertStack({ counts, width, base, scale }: { counts: readonly number[]; width: number; base: number; scale: number }) {
  let below = 0
  return counts.map((count, index) => {
    if (count === 0) return null
    below += count
    // biome-ignore lint/suspicious/noArrayIndexKey: the place is the severity.
    return <rect key={index} className={`level-${index + 1}`} y={base - below * scale} width={width} height={count * scale} />
  })
}

function Days({ timeline: { days } }: { timeline: Timeline }) {
  const { records, common } = useWords()
  return (
    <details className="twin">
      <summary>{records.timeline_table(days.length)}</summary>
      <Table
        label={records.timeline}
        rows={[...days].reverse()}
        keyOf={({ day }) => day}
        columns={[
          { head: common.time, cell: ({ day }) => day },
          { head: records.settlement_count, kind: 'number', cell: ({ settlements }) => formatCount(settlements) },
          { head: records.fund_sum, kind: 'number', cell: ({ fund_pay_sumamt }) => formatYuan(fund_pay_sumamt) },
          {
            head: records.alerts,
            cell: ({ alerts }) =>
              alerts.map(
                (count, index) =>
                  count > 0 && (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the place is the severity.
                    <span className="item" key={index}>
                      <Severity level={index + 1} /> {count}
                    </span>
                  ),
              ),
          },
        ]}
      />
    </details>
  )
}
