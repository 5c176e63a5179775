import type { DayVolume } from '../../../schemas/alert-group.ts'
import { Chart } from '../alert/pictures/chart.tsx'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { useLoad } from '../app/use-load.ts'
import { formatCount } from '../parts/format.ts'
import { PanelState } from '../parts/panel-state.tsx'

type Day = Omit<DayVolume, 'vola_amt'>

const DAYS = 31
const DAY_MS = 86_400_000
const TALL = 96
const GAP = 2
const FOOT = 18

/** Every day up to the latest one, also those on which nothing happened. */
function gapless(days: readonly Day[]): Day[] {
  const known = new Map(days.map((one) => [one.day, one]))
  const last = Date.parse(days[0]!.day)
  return Array.from({ length: DAYS }, (_, index) => {
    const day = new Date(last - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10)
    return known.get(day) ?? { day, alerts: 0, open: 0 }
  })
}

/** How much a rule finds from day to day: what stands, and what was retracted. */
export function DailyVolume({ detector }: { detector: string }) {
  const { rules } = useWords()
  const path = `/alerts/days?detector_id=${detector}&limit=${DAYS}`
  const loaded = useLoad(path, () => client.get<{ rows: Day[] }>(path))
  return (
    <PanelState loaded={loaded}>
      {({ rows }) => (rows.length === 0 ? <p className="quiet">{rules.no_days}</p> : <Columns days={gapless(rows)} />)}
    </PanelState>
  )
}

function Columns({ days }: { days: readonly Day[] }) {
  const { rules } = useWords()
  const most = days.reduce((a, b) => (b.alerts > a.alerts ? b : a))
  const told = rules.days_told(formatCount(most.alerts), most.day)
  return (
    <Chart label={told} height={TALL + FOOT} caption={`${told} · ${rules.day_open} ■ · ${rules.day_retracted} □`}>
      {(width) => {
        const wide = width / days.length
        const high = (count: number) => (count / most.alerts) * TALL
        return days.map(({ day, alerts, open }, index) => (
          <g key={day}>
            <title>{rules.day_told(day, formatCount(alerts), formatCount(open))}</title>
            <rect className="span gone" x={index * wide} y={TALL - high(alerts)} width={wide - GAP} height={high(alerts)} />
            <rect className="span plain" x={index * wide} y={TALL - high(open)} width={wide - GAP} height={high(open)} />
            {(index === 0 || index === days.length - 1) && (
              <text x={index === 0 ? 0 : (index + 1) * wide - GAP} y={TALL + FOOT - 4} textAnchor={index === 0 ? 'start' : 'end'}>
                {day}
              </text>
            )}
          </g>
        ))
      }}
    </Chart>
  )
}
