import { type MouseEvent, memo } from 'react'
import type { AlertSummary } from '../../../schemas/wire.ts'
import { useSpeech } from '../app/language.tsx'
import { formatShortTime, formatYuan } from '../parts/format.ts'
import { Severity } from '../parts/severity.tsx'
import { whyOf } from '../parts/why.ts'

interface FeedRowProps {
  readonly row: AlertSummary
  readonly title: string
  readonly index: number
  readonly top: number
  readonly height: number
  readonly open: boolean
  readonly selected: boolean
  readonly tabbable: boolean
  readonly onOpen: (id: string) => void
  readonly onSelect: (id: string, extend: boolean) => void
  readonly onFocus: (id: string) => void
}

/** One alert of the live list. */
export const FeedRow = memo(function FeedRow(props: FeedRowProps) {
  const { words, language } = useSpeech()
  const { common, feed } = words
  const { row, title, index, top, height, open, selected, tabbable, onOpen, onSelect, onFocus } = props
  const id = row.alert_id
  const retracted = row.status === 'retracted'
  const click = ({ target }: MouseEvent) => {
    const inBox = target instanceof Element && target.closest('.pick')
    if (!inBox && getSelection()?.isCollapsed !== false) onOpen(id)
  }
  return (
    <div
      className="row"
      role="row"
      aria-rowindex={index + 1}
      aria-selected={selected}
      aria-current={open || undefined}
      tabIndex={tabbable ? 0 : -1}
      data-id={id}
      data-testid={`feed-row-${id}`}
      data-state={retracted ? 'retracted' : 'open'}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={click}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target === event.currentTarget) onOpen(id)
      }}
      onFocus={() => onFocus(id)}
    >
      <span className="pick" role="gridcell">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`${feed.select} ${title}`}
          checked={selected}
          onChange={({ nativeEvent }) => onSelect(id, (nativeEvent as { shiftKey?: boolean }).shiftKey === true)}
        />
      </span>
      <span className="level" role="gridcell">
        <Severity level={row.severity} />
      </span>
      <time className="when" role="gridcell" dateTime={row.event_time}>
        {formatShortTime(row.event_time)}
      </time>
      <span className="title" role="gridcell">
        <span className="name">{title}</span> <span className="code">{row.detector_id}</span>
      </span>
      <span className="why" role="gridcell">
        {retracted && <span className="tag">{common.retracted}</span>}
        {whyOf(row, language)}
      </span>
      <span className="where code" role="gridcell">
        {row.fixmedins_code}
      </span>
      <span className="amount" role="gridcell">
        {row.count > 1 && <span className="count">{feed.folded(row.count)}</span>}
        {formatYuan(row.vola_amt)}
      </span>
      <span className="stage" role="gridcell">
        {row.state !== 'VOIDED' && <span className={`state state-${row.state}`}>{common.states[row.state]}</span>}
        {row.owner && <span className="owner">{row.owner}</span>}
      </span>
    </div>
  )
})
