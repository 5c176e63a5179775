import { Chart } from './chart.tsx'

const HEIGHT = 110
const BASE = 90

/** A day by its hours. */
export function Hours({ summary, hours }: { summary: string; hours: readonly number[] }) {
  const most = Math.max(...hours, 1)
  return (
    <Chart label={`${summary}: ${hours.join(' ')}`} height={HEIGHT} caption={summary}>
      {(width) => {
        const step = width / hours.length
        return hours.map((count, hour) => {
          const height = (count / most) * (BASE - 16)
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the hour is the place.
            <g key={hour}>
              <rect className="span plain" x={hour * step + 1} y={BASE - height} width={Math.max(1, step - 2)} height={height} />
              {count > 0 && (
                <text className="small" x={(hour + 0.5) * step} y={BASE - height - 3} textAnchor="middle">
                  {count}
                </text>
              )}
              {hour % 3 === 0 && (
                <text className="small" x={hour * step + 1} y={BASE + 14}>
                  {hour}
                </text>
              )}
            </g>
          )
        })
      }}
    </Chart>
  )
}
