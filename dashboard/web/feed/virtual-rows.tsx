import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useState } from 'react'

const OVERSCAN = 6

interface VirtualRowsProps {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly label: string
  readonly count: number
  readonly rowHeight: number
  readonly startAt: number
  readonly renderRow: (index: number) => ReactNode
  readonly onScroll: (scrollTop: number) => void
  readonly foot: ReactNode
}

/** A list of rows of one height, of which only those in view are in the document. */
export function VirtualRows({ scroller, label, count, rowHeight, startAt, renderRow, onScroll, foot }: VirtualRowsProps) {
  const [top, setTop] = useState(startAt)
  const [height, setHeight] = useState(800)

  useLayoutEffect(() => {
    const element = scroller.current!
    if (startAt > 0) element.scrollTop = startAt
    const observer = new ResizeObserver(() => setHeight(element.clientHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller, startAt])

  useEffect(() => {
    const element = scroller.current!
    const scrolled = () => {
      setTop(element.scrollTop)
      onScroll(element.scrollTop)
    }
    element.addEventListener('scroll', scrolled, { passive: true })
    return () => element.removeEventListener('scroll', scrolled)
  }, [scroller, onScroll])

  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN)
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + OVERSCAN)
  const shown = Array.from({ length: Math.max(0, last - first) }, (_, index) => renderRow(first + index))
  return (
    <div className="scroller" ref={scroller}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot hold rows that are placed by hand. */}
      <div
        className="rows"
        role="grid"
        aria-label={label}
        aria-rowcount={count}
        data-testid="rows"
        style={{ height: count * rowHeight }}
      >
        {shown}
      </div>
      {foot}
    </div>
  )
}
