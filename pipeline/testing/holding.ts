import type { Detector } from '../../detectors/detector.ts'
import type { Alert } from '../../schemas/alert.ts'
import { parseInstant } from '../../schemas/time.ts'

/** When the first event happened that is no knowledge. */
export function beginOf(lines: readonly string[]): number {
  const first = lines.map((line) => JSON.parse(line)).find(({ kind }) => kind !== 'reference' && kind !== 'heartbeat')
  return parseInstant(first.setl_time ?? first.begntime ?? first.endtime ?? first.time)
}

/** What holds in the end; which alerts came and went depends on the order of arrival, which no topics promise. */
export function holding(alerts: ReadonlyMap<string, Alert>): string[] {
  const open = [...alerts.values()].filter(({ status }) => status === 'open')
  const said = open.map(
    ({ detector_id, subject_id, bucket, severity, result_type, vola_amt, setl_ids, disposition, mode, ...more }) =>
      [detector_id, subject_id, bucket, severity, result_type, vola_amt, setl_ids, disposition, mode, more.parent_alert_id].join(
        ' ',
      ),
  )
  return said.sort()
}

/** How many events each part has judged or skipped that hears settlements alone: every one of them, once. */
export function judgedSettlements(
  detectors: readonly Detector[],
  { judged }: { readonly judged: ReadonlyMap<string, number> },
): Record<string, number> {
  const parts = detectors.flatMap(({ id, parts }) =>
    parts.flatMap(({ on, name }) => (on.join() === 'settlement' ? `${id}:${name}` : [])),
  )
  return Object.fromEntries(parts.map((name) => [name, judged.get(name) ?? 0]))
}
