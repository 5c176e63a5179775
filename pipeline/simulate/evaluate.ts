import { type Decoy, isDecoy, type PlantedCase, type TruthRow } from './truth.ts'

/** What `evaluate` reads of an alert row (contract, section 2). */
export interface AlertRow {
  readonly alert_id?: string
  readonly detector_id: string
  readonly status: string
  /** Rows without a mode are live. */
  readonly mode?: string
  readonly setl_ids: readonly string[]
  readonly subject_id: string
  readonly result_type: string
}

export interface Score {
  readonly cases: number
  readonly found: number
  /** Open live alerts. */
  readonly alerts: number
  readonly false_alerts: number
  /** Found cases among the planted; null without cases. */
  readonly recall: number | null
  /** Rightful alerts among the open ones; null without alerts. */
  readonly precision: number | null
}

export interface DetectorScore extends Score {
  readonly detector_id: string
  readonly decoys: number
  readonly decoys_hit: number
}

export interface Evaluation {
  readonly detectors: readonly DetectorScore[]
  /** Micro averages; a case counts under the result of the alert that found it, else under its detector's result. */
  readonly by_result: Readonly<Record<string, Score>>
  readonly missed: readonly PlantedCase[]
  readonly false_alerts: readonly AlertRow[]
  readonly decoys_hit: readonly { readonly decoy: Decoy; readonly alert: AlertRow }[]
}

/**
 * Judges alerts against a truth file. A case is found when an open live alert of its detector shares a settlement with it
 * (or its subject, where it has no settlement); one that must end retracted, when such an alert is retracted and none is
 * open. An alert is false when it shares neither with a case of its detector nor with one that names it in `also`.
 * `resultOf` tells the usual result of a detector, for cases that nothing found.
 */
export function evaluate(
  alerts: Iterable<AlertRow>,
  truth: Iterable<TruthRow>,
  resultOf: (detector_id: string) => string | undefined = () => undefined,
): Evaluation {
  const planted = new TruthIndex(truth)
  const verdicts = new Map<PlantedCase, Verdict>(planted.cases.map((each) => [each, {}]))
  const boards = new Boards()
  const false_alerts: AlertRow[] = []
  const decoys_hit: { decoy: Decoy; alert: AlertRow }[] = []
  const hitDecoys = new Set<Decoy>()

  for (const alert of alerts) {
    if ((alert.mode ?? 'live') !== 'live') continue
    const touched = planted.casesOf(alert)
    for (const each of touched) {
      if (each.detector_id !== alert.detector_id) continue
      const verdict = verdicts.get(each)!
      if (alert.status === 'open') verdict.open ??= alert
      if (alert.status === 'retracted') verdict.retracted ??= alert
    }
    if (alert.status !== 'open') continue
    const rightful = touched.some((each) => each.detector_id === alert.detector_id || each.also?.includes(alert.detector_id))
    boards.alert(alert, rightful)
    if (!rightful) false_alerts.push(alert)
    for (const decoy of planted.decoysOf(alert)) {
      if (hitDecoys.has(decoy)) continue
      hitDecoys.add(decoy)
      decoys_hit.push({ decoy, alert })
    }
  }

  const missed: PlantedCase[] = []
  for (const [each, verdict] of verdicts) {
    const finder = each.retract ? (verdict.open === undefined ? verdict.retracted : undefined) : verdict.open
    const result = finder?.result_type ?? resultOf(each.detector_id) ?? boards.usualResult(each.detector_id)
    boards.case(each.detector_id, result, finder !== undefined)
    if (finder === undefined) missed.push(each)
  }
  for (const decoy of planted.decoys) boards.decoy(decoy.detector_id, hitDecoys.has(decoy))
  return { ...boards.scores(), missed, false_alerts, decoys_hit }
}

interface Verdict {
  open?: AlertRow
  retracted?: AlertRow
}

class TruthIndex {
  readonly cases: PlantedCase[] = []
  readonly decoys: Decoy[] = []
  private readonly casesBySettlement = new Map<string, PlantedCase[]>()
  private readonly casesBySubject = new Map<string, PlantedCase[]>()
  private readonly decoysBySettlement = new Map<string, Decoy[]>()

  constructor(truth: Iterable<TruthRow>) {
    for (const row of truth) {
      if (isDecoy(row)) {
        this.decoys.push(row)
        for (const setl_id of row.setl_ids) append(this.decoysBySettlement, setl_id, row)
        continue
      }
      this.cases.push(row)
      for (const setl_id of row.setl_ids) append(this.casesBySettlement, setl_id, row)
      if (row.setl_ids.length === 0) append(this.casesBySubject, row.subject_id, row)
    }
  }

  casesOf(alert: AlertRow): PlantedCase[] {
    const touched = new Set(this.casesBySubject.get(alert.subject_id) ?? [])
    for (const setl_id of alert.setl_ids) for (const each of this.casesBySettlement.get(setl_id) ?? []) touched.add(each)
    return [...touched]
  }

  decoysOf(alert: AlertRow): Decoy[] {
    const touched = alert.setl_ids.flatMap((setl_id) => this.decoysBySettlement.get(setl_id) ?? [])
    return touched.filter((decoy) => decoy.detector_id === alert.detector_id)
  }
}

function append<T>(index: Map<string, T[]>, key: string, value: T): void {
  const known = index.get(key)
  if (known === undefined) index.set(key, [value])
  else known.push(value)
}

interface Tally {
  cases: number
  found: number
  alerts: number
  false_alerts: number
  decoys: number
  decoys_hit: number
}

/** Counts by detector and by result. */
class Boards {
  private readonly byDetector = new Map<string, Tally>()
  private readonly byResult = new Map<string, Tally>()
  private readonly results = new Map<string, Map<string, number>>()

  alert(alert: AlertRow, rightful: boolean): void {
    for (const tally of this.tallies(alert.detector_id, alert.result_type)) {
      tally.alerts++
      if (!rightful) tally.false_alerts++
    }
    const seen = this.results.get(alert.detector_id) ?? new Map<string, number>()
    seen.set(alert.result_type, (seen.get(alert.result_type) ?? 0) + 1)
    this.results.set(alert.detector_id, seen)
  }

  case(detector_id: string, result: string, found: boolean): void {
    for (const tally of this.tallies(detector_id, result)) {
      tally.cases++
      if (found) tally.found++
    }
  }

  decoy(detector_id: string, hit: boolean): void {
    const tally = tallyOf(this.byDetector, detector_id)
    tally.decoys++
    if (hit) tally.decoys_hit++
  }

  /** The result that most of a detector's open alerts have. */
  usualResult(detector_id: string): string {
    const seen = [...(this.results.get(detector_id) ?? [])].sort((a, b) => b[1] - a[1])
    return seen[0]?.[0] ?? 'unknown'
  }

  scores(): Pick<Evaluation, 'detectors' | 'by_result'> {
    const detectors = [...this.byDetector].sort(([a], [b]) => (a < b ? -1 : 1))
    return {
      detectors: detectors.map(([detector_id, { decoys, decoys_hit, ...tally }]) => ({
        detector_id,
        ...score(tally),
        decoys,
        decoys_hit,
      })),
      by_result: Object.fromEntries(
        [...this.byResult].map(([result, { decoys: _, decoys_hit: __, ...tally }]) => [result, score(tally)]),
      ),
    }
  }

  private tallies(detector_id: string, result: string): Tally[] {
    return [tallyOf(this.byDetector, detector_id), tallyOf(this.byResult, result)]
  }
}

function tallyOf(board: Map<string, Tally>, key: string): Tally {
  let tally = board.get(key)
  if (tally === undefined) {
    tally = { cases: 0, found: 0, alerts: 0, false_alerts: 0, decoys: 0, decoys_hit: 0 }
    board.set(key, tally)
  }
  return tally
}

function score(tally: Pick<Tally, 'cases' | 'found' | 'alerts' | 'false_alerts'>): Score {
  return {
    ...tally,
    recall: tally.cases === 0 ? null : tally.found / tally.cases,
    precision: tally.alerts === 0 ? null : (tally.alerts - tally.false_alerts) / tally.alerts,
  }
}
