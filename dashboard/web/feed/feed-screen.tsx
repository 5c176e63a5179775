import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { AlertPanel } from '../alert/alert-panel.tsx'
import { useKeys } from '../app/keys.ts'
import { useWords } from '../app/language.tsx'
import { go, usePlace, withQuery } from '../app/navigation.tsx'
import { useMe } from '../app/session.tsx'
import { Failure } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { useWidth } from '../parts/use-width.ts'
import { useCatalogue } from '../rules/use-catalogue.tsx'
import { BulkBar } from '../work/bulk-bar.tsx'
import { ROWS_MAX } from './feed.ts'
import { type FeedAddress, feedQuery, filterOf, readFeedAddress } from './feed-address.ts'
import { FeedBar } from './feed-bar.tsx'
import { FeedHead, FeedRow } from './feed-row.tsx'
import { GroupList } from './group-list.tsx'
import { useLive } from './live-context.tsx'
import { useHold } from './use-hold.ts'
import { useSelection } from './use-selection.ts'
import { VirtualRows } from './virtual-rows.tsx'

/** A list narrower than this shows each alert on several lines. */
const NARROW = 700
const ROW_HEIGHT = { wide: 40, narrow: 108 }
/** Below this there is no room for a panel beside the list. */
const PANEL_FROM = 1_100

function toggled<T>(list: readonly T[], item: T): T[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item]
}

/** The live list; beside it, where there is room, the reasons of one alert. */
export function FeedScreen() {
  const { app, feed } = useWords()
  const { username } = useMe()
  const { titleOf } = useCatalogue()
  const live = useLive()
  const place = usePlace()
  const address = useMemo(() => readFeedAddress(place.query), [place.query])
  const filter = useMemo(() => filterOf(address, username), [address, username])
  const filtered = Object.keys(filter).length > 0
  const [paused, setPaused] = useState(false)
  const [focused, setFocused] = useState('')
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLElement>(null)
  const width = useWidth(list)
  const height = width < NARROW ? ROW_HEIGHT.narrow : ROW_HEIGHT.wide
  const { rows } = live
  const selection = useSelection(rows)
  const startAt = useRef(live.scrollTop)

  useEffect(() => live.follow(filter), [live, filter])
  useHold(live, list, { paused, selecting: selection.chosen.length > 0 })

  const change = useCallback(
    (next: Partial<FeedAddress>) => go(withQuery(place, feedQuery({ ...address, ...next }))),
    [place, address],
  )
  const open = useCallback(
    (id: string) => {
      if (innerWidth < PANEL_FROM) go(`/alerts/${id}`)
      else go(withQuery(place, feedQuery({ ...address, alert: id })), { replace: address.alert !== '' })
    },
    [place, address],
  )
  const release = useCallback(() => {
    if (scroller.current) scroller.current.scrollTop = 0
    live.release()
  }, [live])

  const focusRow = (id: string) => {
    setFocused(id)
    const index = rows.findIndex(({ alert_id }) => alert_id === id)
    const element = scroller.current
    if (!element || index < 0) return
    const top = index * height
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + height > element.scrollTop + element.clientHeight) element.scrollTop = top + height - element.clientHeight
    const focus = () => {
      const row = element.querySelector<HTMLElement>(`[data-id="${id}"]`)
      row?.focus({ preventScroll: true })
      return row !== null
    }
    // A row that has only now come into view is not in the document yet.
    if (!focus()) requestAnimationFrame(focus)
  }
  const move = (step: number, extend = false) => {
    const here = rows.findIndex(({ alert_id }) => alert_id === (focused || address.alert))
    const next = rows[here < 0 ? 0 : here + step]
    if (!next) return
    if (extend) selection.add([rows[Math.max(here, 0)]!.alert_id, next.alert_id])
    focusRow(next.alert_id)
    if (address.alert) open(next.alert_id)
  }
  const close = () => {
    change({ alert: '' })
    if (address.alert) focusRow(address.alert)
  }
  const severityKey = (severity: number) => () => change({ severity: toggled(address.severity, severity).sort() })

  const onEscape = () => (selection.chosen.length > 0 ? selection.clear() : address.alert && close())
  const down = () => move(1)
  const up = () => move(-1)

  useKeys({
    j: down,
    ArrowDown: down,
    k: up,
    ArrowUp: up,
    'Shift+j': () => move(1, true),
    'Shift+k': () => move(-1, true),
    x: () => focused && selection.toggle(focused, false),
    n: release,
    p: () => setPaused((before) => !before),
    Escape: onEscape,
    1: severityKey(1),
    2: severityKey(2),
    3: severityKey(3),
    4: severityKey(4),
  })

  const rememberScroll = useCallback((top: number) => live.rememberScroll(top), [live])
  const tabbable = rows.some(({ alert_id }) => alert_id === focused) ? focused : (rows[0]?.alert_id ?? '')
  const { all, red } = live.waiting

  return (
    <Screen title={app.live} className="live" tools={<FeedBar {...{ address, filter, paused, setPaused, change, live }} />}>
      {live.missed > 0 && (
        <p className="notice" role="status" data-testid="notice">
          {feed.missed(live.missed)}
        </p>
      )}
      <div className={address.alert ? 'stage with-panel' : 'stage'}>
        <section className={height === ROW_HEIGHT.narrow ? 'list narrow' : 'list'} aria-label={app.live} ref={list}>
          {all > 0 && (
            <button type="button" className="pill" data-testid="pill" onClick={release}>
              ↑ {feed.new_alerts(all, red)} <kbd>N</kbd>
            </button>
          )}
          {address.group === 'row' && height === ROW_HEIGHT.wide && <FeedHead />}
          {address.group === 'row' ? (
            <VirtualRows
              scroller={scroller}
              label={app.live}
              count={rows.length}
              rowHeight={height}
              startAt={startAt.current}
              onScroll={rememberScroll}
              renderRow={(index) => {
                const row = rows[index]!
                return (
                  <FeedRow
                    key={row.alert_id}
                    row={row}
                    title={titleOf(row.detector_id, row.title)}
                    index={index}
                    top={index * height}
                    height={height}
                    open={row.alert_id === address.alert}
                    selected={selection.has(row.alert_id)}
                    tabbable={row.alert_id === tabbable}
                    onOpen={open}
                    onSelect={selection.toggle}
                    onFocus={setFocused}
                  />
                )
              }}
              foot={<Foot filtered={filtered} />}
            />
          ) : (
            <GroupList
              by={address.group}
              filter={filter}
              still={live.held}
              linkTo={({ by, key }) =>
                withQuery(
                  place,
                  feedQuery({ ...address, group: 'row', ...(by === 'detector' ? { detectors: [key] } : { institution: key }) }),
                )
              }
            />
          )}
          {selection.chosen.length > 0 && <BulkBar rows={selection.chosen} onClear={selection.clear} />}
        </section>
        {address.alert && <AlertPanel id={address.alert} onClose={close} />}
      </div>
      <p className="spoken" aria-live="polite">
        {live.announced > 0 && feed.new_announced(live.announced)}
      </p>
    </Screen>
  )
}

function Foot({ filtered }: { filtered: boolean }) {
  const { common, feed } = useWords()
  const live = useLive()
  if (live.failure !== undefined)
    return (
      <div className="foot">
        <Failure error={live.failure} retry={live.retry} />
      </div>
    )
  if (live.loading) return <p className="quiet foot loading">{common.loading}</p>
  if (live.rows.length === 0) {
    return (
      <p className="quiet foot" data-testid="empty">
        {filtered ? feed.empty_filtered : feed.empty}
      </p>
    )
  }
  return (
    <div className="foot">
      {live.hasOlder ? (
        <button type="button" className="button small" onClick={() => void live.loadOlder()}>
          {feed.older}
        </button>
      ) : (
        <p className="quiet">{live.trimmed ? feed.trimmed(ROWS_MAX) : feed.oldest}</p>
      )}
    </div>
  )
}
