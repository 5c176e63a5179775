import { describe, expect, it } from 'vitest'
import { type AlertRow, evaluate } from './evaluate.ts'
import type { TruthRow } from './truth.ts'

const alert = (detector_id: string, setl_ids: string[], rest: Partial<AlertRow> = {}): AlertRow => ({
  detector_id,
  setl_ids,
  status: 'open',
  mode: 'live',
  subject_id: setl_ids.at(-1) ?? '',
  result_type: 'violation',
  ...rest,
})

const planted = (detector_id: string, setl_ids: string[], rest: object = {}): TruthRow => ({
  case_id: `${detector_id}/${setl_ids.join()}`,
  detector_id,
  setl_ids,
  subject_id: setl_ids.at(-1) ?? '',
  ...rest,
})

const decoy = (detector_id: string, setl_ids: string[]): TruthRow => ({ decoy: true, detector_id, setl_ids })

const scoreOf = (evaluation: ReturnType<typeof evaluate>, detector_id: string) =>
  evaluation.detectors.find((score) => score.detector_id === detector_id)!

describe('evaluate', () => {
  it('finds a case whose settlement is among those of an open alert of its detector', () => {
    const evaluation = evaluate([alert('MGT-18', ['S1', 'S2'])], [planted('MGT-18', ['S2', 'S3'])])
    expect(scoreOf(evaluation, 'MGT-18')).toMatchObject({ cases: 1, found: 1, recall: 1, precision: 1, false_alerts: 0 })
  })

  it('misses a case that only another detector speaks of, and calls that alert false', () => {
    const evaluation = evaluate([alert('POL-01', ['S1'])], [planted('POL-02', ['S1'])])
    expect(evaluation.missed.map((each) => each.detector_id)).toEqual(['POL-02'])
    expect(scoreOf(evaluation, 'POL-01')).toMatchObject({ cases: 0, recall: null, alerts: 1, false_alerts: 1, precision: 0 })
  })

  it('takes an alert that a case expects beside its own for rightful', () => {
    const truth = [planted('POL-03', ['S1'], { also: ['MED-03'] })]
    const evaluation = evaluate([alert('MED-03', ['S1'])], truth)
    expect(evaluation.false_alerts).toEqual([])
    expect(scoreOf(evaluation, 'POL-03').recall).toBe(0)
  })

  it('compares the subject where a case has no settlement, and only there', () => {
    const bySubject = planted('ANO-07', [], { subject_id: 'H1' })
    expect(evaluate([alert('ANO-07', [], { subject_id: 'H1' })], [bySubject]).missed).toEqual([])
    const bySettlement = planted('ANO-07', ['S9'], { subject_id: 'H1' })
    expect(evaluate([alert('ANO-07', [], { subject_id: 'H1' })], [bySettlement]).missed).toHaveLength(1)
  })

  it('counts neither shadow alerts nor retracted ones', () => {
    const alerts = [alert('POL-01', ['S1'], { mode: 'shadow' }), alert('POL-01', ['S1'], { status: 'retracted' })]
    const evaluation = evaluate(alerts, [planted('POL-01', ['S1'])])
    expect(scoreOf(evaluation, 'POL-01')).toMatchObject({ found: 0, alerts: 0, precision: null })
  })

  it('takes a row without a mode for live', () => {
    const { mode: _, ...row } = alert('POL-01', ['S1'])
    expect(evaluate([row], [planted('POL-01', ['S1'])]).missed).toEqual([])
  })

  it('wants a retracted alert for a case that must end retracted', () => {
    const truth = [planted('POL-01', ['S1'], { retract: true })]
    expect(evaluate([alert('POL-01', ['S1'], { status: 'retracted' })], truth).missed).toEqual([])
    expect(evaluate([], truth).missed).toHaveLength(1)
  })

  it('misses a case that must end retracted when an alert of it is open, though that alert is not false', () => {
    const alerts = [alert('POL-01', ['S1'], { status: 'retracted' }), alert('POL-01', ['S1'])]
    const evaluation = evaluate(alerts, [planted('POL-01', ['S1'], { retract: true })])
    expect(evaluation.missed).toHaveLength(1)
    expect(evaluation.false_alerts).toEqual([])
  })

  it('reports each look-alike that its own detector speaks of once', () => {
    const truth = [decoy('POL-01', ['S1']), decoy('POL-01', ['S2']), decoy('POL-02', ['S1'])]
    const evaluation = evaluate([alert('POL-01', ['S1']), alert('POL-01', ['S1'])], truth)
    expect(evaluation.decoys_hit).toHaveLength(1)
    expect(scoreOf(evaluation, 'POL-01')).toMatchObject({ decoys: 2, decoys_hit: 1, false_alerts: 2 })
    expect(scoreOf(evaluation, 'POL-02')).toMatchObject({ decoys: 1, decoys_hit: 0 })
  })

  it('averages over cases and alerts of one result', () => {
    const truth = [planted('POL-01', ['S1']), planted('POL-02', ['S2']), planted('MGT-05', ['S3']), planted('MGT-05', ['S4'])]
    const alerts = [alert('POL-01', ['S1']), alert('POL-02', ['S8']), alert('MGT-05', ['S3'], { result_type: 'suspicion' })]
    const { by_result } = evaluate(alerts, truth)
    expect(by_result.violation).toMatchObject({ cases: 2, found: 1, recall: 0.5, alerts: 2, precision: 0.5 })
    expect(by_result.suspicion).toMatchObject({ cases: 2, found: 1, recall: 0.5, alerts: 1, precision: 1 })
  })

  it('asks for the result of a detector that raised no alert', () => {
    const { by_result } = evaluate([], [planted('MGT-05', ['S1']), planted('POL-01', ['S2'])], (detector_id) =>
      detector_id === 'MGT-05' ? 'suspicion' : undefined,
    )
    expect(by_result.suspicion).toMatchObject({ cases: 1, found: 0 })
    expect(by_result.unknown).toMatchObject({ cases: 1, found: 0 })
  })

  it('lists detectors by their id', () => {
    const evaluation = evaluate([], [planted('POL-02', ['S1']), planted('ANO-01', ['S2'])])
    expect(evaluation.detectors.map((score) => score.detector_id)).toEqual(['ANO-01', 'POL-02'])
  })
})
