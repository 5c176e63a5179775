import { type ReactNode, useRef } from 'react'
import { useWidth } from '../../parts/use-width.ts'

interface ChartProps {
  /** What the picture shows, for those who do not see it. */
  readonly label: string
  readonly height: number
  readonly caption?: ReactNode
  readonly children: (width: number) => ReactNode
}

/** A picture as wide as its place, drawn in its own pixels so that its words stay readable. */
export function Chart({ label, height, caption, children }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const width = useWidth(place)
  return (
    <figure className="chart" data-testid="picture">
      <div ref={place}>
        <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
          {children(width)}
        </svg>
      </div>
      {caption && <figcaption>{caption}</figcaption>}
    </figure>
  )
}
