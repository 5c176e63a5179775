import { Chart } from './chart.tsx'

export interface Stop {
  readonly name: string
  readonly time: string
}

interface DistanceProps {
  readonly from: Stop
  readonly to: Stop
  readonly apart: string
  readonly speed: string
  readonly note: string
}

const HEIGHT = 112
const MIDDLE = 56

/** Two places and the way between them: no map, since only the distance matters. */
export function Distance({ from, to, apart, speed, note }: DistanceProps) {
  return (
    <Chart label={`${from.name} ${from.time} → ${to.name} ${to.time}: ${apart}; ${speed}`} height={HEIGHT} caption={note}>
      {(width) => {
        const left = 14
        const right = width - 14
        const middle = width / 2
        return (
          <>
            <path className="way" d={`M${left + 10} ${MIDDLE}Q${middle} ${MIDDLE - 44} ${right - 10} ${MIDDLE}`} />
            <circle className="stop" cx={left} cy={MIDDLE} r={7} />
            <circle className="stop last" cx={right} cy={MIDDLE} r={7} />
            <text className="strong" x={middle} y={MIDDLE + 2} textAnchor="middle">
              {apart}
            </text>
            <text x={middle} y={MIDDLE + 20} textAnchor="middle">
              {speed}
            </text>
            <text className="lane" x={4} y={MIDDLE + 38}>
              {from.name}
            </text>
            <text x={4} y={MIDDLE + 54}>
              {from.time}
            </text>
            <text className="lane" x={width - 4} y={MIDDLE + 38} textAnchor="end">
              {to.name}
            </text>
            <text x={width - 4} y={MIDDLE + 54} textAnchor="end">
              {to.time}
            </text>
          </>
        )
      }}
    </Chart>
  )
}
