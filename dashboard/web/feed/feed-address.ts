import type { AlertFilter } from '../../../schemas/wire.ts'

export const GROUPINGS = ['row', 'subject', 'detector', 'institution'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** What the live list shows, as the address bar says it: everything needed to show the same list again. */
export interface FeedAddress {
  readonly severity: readonly number[]
  readonly detectors: readonly string[]
  readonly region: string
  readonly institution: string
  /** Yuan; 0 is no limit. */
  readonly least: number
  readonly openOnly: boolean
  readonly mine: boolean
  readonly group: Grouping
  /** The alert in the panel, `''` for none. */
  readonly alert: string
}

const list = (text: string | null): string[] => (text ? text.split(',').filter(Boolean) : [])
const matching = (text: string | null, pattern: RegExp) => pattern.exec(text ?? '')?.[0] ?? ''

/** Reads the query of `/live?severity=1,2&detector_id=POL-01&…`; what makes no sense is left out. */
export function readFeedAddress(query: URLSearchParams): FeedAddress {
  const least = Number(query.get('min_vola_amt'))
  return {
    severity: list(query.get('severity'))
      .map(Number)
      .filter((severity) => [1, 2, 3, 4].includes(severity)),
    detectors: list(query.get('detector_id')).filter((id) => /^[A-Z]{3}-\d{2}$/.test(id)),
    region: matching(query.get('admdvs'), /^\d{6}$/),
    institution: matching(query.get('fixmedins_code'), /^[A-Za-z0-9]{1,40}$/),
    least: Number.isFinite(least) && least > 0 ? least : 0,
    openOnly: query.get('status') === 'open',
    mine: query.get('mine') === '1',
    group: GROUPINGS.find((one) => one === query.get('group')) ?? 'row',
    alert: matching(query.get('alert'), /^[0-9a-f]{32}$/),
  }
}

/** The names and values of the query; `undefined` where there is nothing to say. */
export function feedQuery(address: FeedAddress): Record<string, string | undefined> {
  const { severity, detectors, region, institution, least, openOnly, mine, group, alert } = address
  return {
    severity: severity.join(',') || undefined,
    detector_id: detectors.join(',') || undefined,
    admdvs: region || undefined,
    fixmedins_code: institution || undefined,
    min_vola_amt: least > 0 ? String(least) : undefined,
    status: openOnly ? 'open' : undefined,
    mine: mine ? '1' : undefined,
    group: group === 'row' ? undefined : group,
    alert: alert || undefined,
  }
}

export function filterOf(address: FeedAddress, username: string): AlertFilter {
  const { severity, detectors, region, institution, least, openOnly, mine } = address
  return {
    ...(severity.length > 0 && { severity: [...severity] }),
    ...(detectors.length > 0 && { detector_id: [...detectors] }),
    ...(region && { admdvs: [region] }),
    ...(institution && { fixmedins_code: [institution] }),
    ...(least > 0 && { min_vola_amt: least }),
    ...(openOnly && { status: ['open'] }),
    ...(mine && { assignee: username }),
  }
}
