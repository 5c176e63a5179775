import { Chart } from './chart.tsx'
import { timeScale } from './scale.ts'

export interface Bar {
  readonly label: string
  readonly from: number
  readonly to: number
  readonly tone: 'plain' | 'strong'
  /** Its end is not known. */
  readonly open?: boolean
}

/** A moment, on the lane of its label. */
export interface Mark {
  readonly label: string
  readonly at: number
}

interface StripProps {
  readonly summary: string
  readonly bars: readonly Bar[]
  readonly marks: readonly Mark[]
  /** A stretch of time that matters, over all lanes. */
  readonly shade?: { readonly from: number; readonly to: number; readonly text: string }
  /** A moment that matters, over all lanes. */
  readonly line?: { readonly at: number; readonly text: string }
}

const LANE = 38
const HEAD = 22
const FOOT = 20
const EDGE = 10
const LANES_SHOWN = 8

/** Spans and moments along one time line, one lane for each place: stays, sales, settlements. */
export function Strip({ summary, bars, marks, shade, line }: StripProps) {
  const lanes = [...new Set([...bars, ...marks].map(({ label }) => label))].slice(0, LANES_SHOWN)
  const times = [
    ...bars.flatMap(({ from, to }) => [from, to]),
    ...marks.map(({ at }) => at),
    ...(shade ? [shade.from, shade.to] : []),
    ...(line ? [line.at] : []),
  ]
  const first = Math.min(...times)
  const last = Math.max(...times)
  const margin = Math.max((last - first) * 0.03, 60_000)
  const bottom = HEAD + lanes.length * LANE
  return (
    <Chart label={summary} height={bottom + FOOT} caption={summary}>
      {(width) => {
        const { x, ticks } = timeScale(first - margin, last + margin, EDGE, width - EDGE)
        const shadeLeft = shade ? x(shade.from) : 0
        const wordAt = (at: number) => Math.min(Math.max(x(at), 60), width - 60)
        return (
          <>
            {ticks.map(({ at, text }) => (
              <g key={at} className="tick">
                <line x1={x(at)} x2={x(at)} y1={HEAD} y2={bottom} />
                <text x={x(at)} y={bottom + 15} textAnchor="middle">
                  {text}
                </text>
              </g>
            ))}
            {shade && (
              <g className="shade">
                <rect x={shadeLeft} y={HEAD - 4} width={Math.max(3, x(shade.to) - shadeLeft)} height={bottom - HEAD + 4} />
                <text x={wordAt((shade.from + shade.to) / 2)} y={14} textAnchor="middle">
                  {shade.text}
                </text>
              </g>
            )}
            {lanes.map((lane, index) => {
              const top = HEAD + index * LANE
              return (
                <g key={lane}>
                  <text className="lane" x={EDGE} y={top + 12}>
                    {lane}
                  </text>
                  {bars
                    .filter(({ label }) => label === lane)
                    .map((bar) => (
                      <Span key={bar.from} bar={bar} left={x(bar.from)} right={x(bar.to)} top={top + 17} />
                    ))}
                  {marks
                    .filter(({ label }) => label === lane)
                    .map(({ at }) => (
                      <path key={at} className="mark" d={`M${x(at)} ${top + 16}l7 8l-7 8l-7-8z`} />
                    ))}
                </g>
              )
            })}
            {line && (
              <g className="limit">
                <line x1={x(line.at)} x2={x(line.at)} y1={HEAD - 4} y2={bottom} />
                <text x={wordAt(line.at)} y={14} textAnchor="middle">
                  {line.text}
                </text>
              </g>
            )}
          </>
        )
      }}
    </Chart>
  )
}

const THICK = 14

/** A bar; one whose end is not known ends in an arrow. */
function Span({ bar: { tone, open = false }, left, right, top }: { bar: Bar; left: number; right: number; top: number }) {
  const width = Math.max(3, right - left)
  if (!open) return <rect className={`span ${tone}`} x={left} y={top} width={width} height={THICK} rx={3} />
  const neck = left + Math.max(0, width - THICK / 2)
  return (
    <path
      className={`span ${tone}`}
      d={`M${left} ${top}H${neck}L${left + width} ${top + THICK / 2}L${neck} ${top + THICK}H${left}Z`}
    />
  )
}
