import { type MouseEvent, memo } from 'react'
import type { AlertSummary } from '../../../schemas/wire.ts'
import { useSpeech, useWords } from '../app/language.tsx'
import { Amount } from '../parts/amount.tsx'
import { formatArrival, formatMinute, formatTime } from '../parts/format.ts'
import { Severity } from '../parts/severity.tsx'
import { whyOf } from '../parts/why.ts'
import { InstitutionName } from '../records/institution-names.tsx'

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

/** What the columns of the live list are; on a telephone each alert has several lines and they need no heads. */
export function FeedHead() {
  const { common, feed, alert } = useWords()
  return (
    <div className="row head" aria-hidden="true">
      <span className="level">{common.level}</span>
      <span className="found">{alert.detected_at}</span>
      <span className="when">{common.event_time}</span>
      <span className="title">{common.detector}</span>
      <span className="why">{alert.why}</span>
      <span className="where">{common.institution}</span>
      <span className="count">{common.count}</span>
      <span className="amount">{common.money_at_risk}</span>
      <span className="stage">{feed.stage}</span>
    </div>
  )
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
      <time className="found" role="gridcell" dateTime={row.detected_at} title={formatTime(row.detected_at)}>
        {formatArrival(row.detected_at)}
      </time>
      <time className="when" role="gridcell" dateTime={row.event_time} title={formatTime(row.event_time)}>
        {formatMinute(row.event_time)}
      </time>
      <span className="title" role="gridcell">
        <span className="name">{title}</span> <span className="code">{row.detector_id}</span>
      </span>
      <span className="why" role="gridcell">
        {retracted && <span className="tag">{common.retracted}</span>} {whyOf(row, language)}
      </span>
      <span className="where" role="gridcell">
        <InstitutionName code={row.fixmedins_code} />
      </span>
      <span className="count" role="gridcell">
        {row.count > 1 && feed.folded(row.count)}
      </span>
      <span className="amount" role="gridcell">
        <Amount yuan={row.vola_amt} />
      </span>
      <span className="stage" role="gridcell">
        {row.state !== 'VOIDED' && <span className={`state state-${row.state}`}>{common.states[row.state]}</span>}
        {row.owner && <span className="owner">{row.owner}</span>}
      </span>
    </div>
  )
})
