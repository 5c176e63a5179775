import type { AlertFilter } from '../../../schemas/wire.ts'
import { useWords } from '../app/language.tsx'
import { ExportButton } from '../parts/export-button.tsx'
import { AlarmMenu } from './alarm-menu.tsx'
import { type FeedAddress, feedQuery, GROUPINGS } from './feed-address.ts'
import { FilterMenu } from './filter-menu.tsx'
import type { LiveFeed } from './live-feed.ts'
import { SeverityChips } from './severity-chips.tsx'
import { ViewsMenu } from './views-menu.tsx'

interface FeedBarProps {
  readonly address: FeedAddress
  readonly filter: AlertFilter
  readonly live: LiveFeed
  readonly paused: boolean
  readonly setPaused: (paused: boolean) => void
  readonly change: (next: Partial<FeedAddress>) => void
}

const NO_FILTER: Partial<FeedAddress> = {
  severity: [],
  detectors: [],
  region: '',
  institution: '',
  least: 0,
  openOnly: false,
  mine: false,
}

/** What the list shows, and how. */
export function FeedBar({ address, filter, live, paused, setPaused, change }: FeedBarProps) {
  const { feed } = useWords()
  const { severity, detectors, region, institution, least, openOnly, mine } = address
  const filtered = severity.length + detectors.length > 0 || Boolean(region || institution || least || openOnly || mine)
  const toggle = (level: number) =>
    change({ severity: severity.includes(level) ? severity.filter((one) => one !== level) : [...severity, level].sort() })
  const query = Object.entries(feedQuery({ ...address, alert: '' }))
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  return (
    <div className="bar">
      <SeverityChips chosen={severity} counts={live.counts} onToggle={toggle} />
      <FilterMenu address={address} onChange={change} />
      {filtered && (
        <button type="button" className="link" data-testid="clear" onClick={() => change(NO_FILTER)}>
          {feed.clear_filters}
        </button>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need a visible legend. */}
      <div className="segments" role="group" aria-label={feed.group_by}>
        {GROUPINGS.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={address.group === one}
            data-testid={`group-${one}`}
            onClick={() => change({ group: one })}
          >
            {feed.groups[one]}
          </button>
        ))}
      </div>
      <span className="spring" />
      <span className="quiet rate">{feed.rate(live.rate.toFixed(live.rate < 10 ? 1 : 0))}</span>
      <button
        type="button"
        className="button small pause"
        aria-pressed={paused}
        data-testid="pause"
        title="P"
        onClick={() => setPaused(!paused)}
      >
        {paused ? feed.resume : feed.pause}
      </button>
      <AlarmMenu />
      <ViewsMenu query={query && `?${query}`} />
      <ExportButton list="alerts" filter={{ ...filter, children: false }} />
    </div>
  )
}
