import { Chart } from './chart.tsx'

export interface Measured {
  readonly label: string
  readonly measured: number
  readonly limit: number
}

interface BarsProps {
  readonly summary: string
  readonly rows: readonly Measured[]
  readonly measuredWord: string
  readonly limitWord: string
  readonly write: (value: number) => string
}

const ROW = 44
const ROWS_SHOWN = 6

/** What was found against what is allowed: the part beyond the limit stands out. */
export function Bars({ summary, rows, measuredWord, limitWord, write }: BarsProps) {
  const shown = rows.slice(0, ROWS_SHOWN)
  const most = Math.max(...shown.flatMap(({ measured, limit }) => [measured, limit]), Number.MIN_VALUE)
  return (
    <Chart label={summary} height={shown.length * ROW} caption={`${measuredWord} ▮ · ${limitWord} ┃`}>
      {(width) =>
        shown.map(({ label, measured, limit }, index) => {
          const x = (value: number) => (value / most) * (width - 4)
          const top = index * ROW
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: two lines may have the same item.
            <g key={index}>
              <text className="lane" x={0} y={top + 13}>
                {label}
              </text>
              <text x={width} y={top + 13} textAnchor="end">
                {write(measured)} / {write(limit)}
              </text>
              <rect className="span plain" x={0} y={top + 19} width={x(Math.min(measured, limit))} height={14} />
              {measured > limit && (
                <rect className="span over" x={x(limit)} y={top + 19} width={x(measured) - x(limit)} height={14} />
              )}
              <line className="limit-line" x1={x(limit)} x2={x(limit)} y1={top + 16} y2={top + 36} />
            </g>
          )
        })
      }
    </Chart>
  )
}
