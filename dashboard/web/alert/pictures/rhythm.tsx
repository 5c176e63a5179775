import { Chart } from './chart.tsx'
import { timeScale } from './scale.ts'

interface RhythmProps {
  readonly summary: string
  readonly times: readonly number[]
}

const HEIGHT = 66

/** Swipes as strokes along time: what comes in a rhythm is seen at once. */
export function Rhythm({ summary, times }: RhythmProps) {
  const first = Math.min(...times)
  const last = Math.max(...times)
  const margin = Math.max((last - first) * 0.04, 15_000)
  return (
    <Chart label={summary} height={HEIGHT} caption={summary}>
      {(width) => {
        const { x, ticks } = timeScale(first - margin, last + margin, 8, width - 8)
        return (
          <>
            {ticks.map(({ at, text }) => (
              <g key={at} className="tick">
                <line x1={x(at)} x2={x(at)} y1={6} y2={46} />
                <text x={x(at)} y={61} textAnchor="middle">
                  {text}
                </text>
              </g>
            ))}
            {times.map((at, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two swipes may share a second.
              <line key={index} className="stroke" x1={x(at)} x2={x(at)} y1={10} y2={42} />
            ))}
          </>
        )
      }}
    </Chart>
  )
}
