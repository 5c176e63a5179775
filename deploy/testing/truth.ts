import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Evaluation } from '../../pipeline/simulate/evaluate.ts'
import { fundwatchJson } from './cli.ts'

export interface TruthRun extends Evaluation {
  /** Settlements that were judged. */
  readonly settlements: number
  /** Alerts that hold of severity 1 or 2. */
  readonly grave: number
}

/**
 * A simulated region through `simulate`, `replay` and `evaluate`, as people run them.
 * @param clean with nothing planted
 */
export async function truthRun(settlements: number, seed: number, clean = false): Promise<TruthRun> {
  const directory = mkdtempSync(join(tmpdir(), 'fundwatch-truth-'))
  const at = (name: string) => join(directory, name)
  try {
    const planted = clean ? ['--clean'] : []
    const size = ['--settlements', String(settlements), '--seed', String(seed)]
    await fundwatchJson('simulate', ...size, '--out', at('events'), '--truth', at('truth'), ...planted)
    const place = ['--data-dir', at('data'), '--drain', '--out', at('alerts')]
    const replayed = await fundwatchJson<{ settlements: number }>('replay', at('events'), ...place)
    const evaluation = await fundwatchJson<Evaluation>('evaluate', '--alerts', at('alerts'), '--truth', at('truth'))
    return { ...evaluation, settlements: replayed.settlements, grave: await graveIn(at('alerts')) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function graveIn(file: string): Promise<number> {
  let grave = 0
  for await (const line of createInterface(createReadStream(file))) {
    const { status, mode, severity } = JSON.parse(line)
    if (status === 'open' && mode === 'live' && severity <= 2) grave++
  }
  return grave
}

/** What is asked of detectors, by their result (issue 3): recall and precision, at least. */
const MARKS = { violation: [0.99, 0.99], suspicion: [0.95, 0.9] } as const
const LEAST_OF_EACH = 0.8

/** Where a run falls short of what is asked; empty where it does not. */
export function shortfalls({ by_result, detectors, decoys_hit }: Evaluation, resultOf: (id: string) => string): string[] {
  const ofResults = Object.entries(MARKS).flatMap(([result, [recall, precision]]) => {
    const score = by_result[result]
    if (!score || score.cases === 0) return [`${result}: no case`]
    return [
      ...(score.recall! < recall ? [`${result}: recall ${score.recall}`] : []),
      ...(score.precision! < precision ? [`${result}: precision ${score.precision}`] : []),
    ]
  })
  const ofEach = detectors
    .filter(({ recall }) => recall !== null && recall < LEAST_OF_EACH)
    .map(({ detector_id, recall }) => `${detector_id}: recall ${recall}`)
  const ofDecoys = decoys_hit
    .filter(({ decoy }) => resultOf(decoy.detector_id) === 'violation')
    .map(({ decoy }) => `${decoy.detector_id}: a look-alike was accused (${decoy.case_id ?? decoy.setl_ids.join(', ')})`)
  return [...ofResults, ...ofEach, ...ofDecoys]
}
