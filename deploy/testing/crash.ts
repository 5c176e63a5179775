import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../pipeline/store/store.ts'
import { rowsDigest } from '../../pipeline/testing/rows-digest.ts'
import { fundwatchJson, killedAfter } from './cli.ts'

export interface Summary {
  readonly events: number
  readonly accepted: number
  readonly settlements: number
  readonly fee_lines: number
  readonly duplicates: number
  readonly dead_letters: number
  readonly alert_digest: string
}

export interface Verified {
  readonly ok: boolean
  readonly alert_digest: string
  readonly checks: readonly { readonly name: string; readonly found: string; readonly ok: boolean }[]
}

/** What a data directory holds in the end. */
export interface Left extends Verified {
  /** What is stored of events, table by table. */
  readonly rows: Readonly<Record<string, string>>
}

export interface CrashRun {
  /** How often the process was killed while at work. */
  readonly kills: number
  readonly undisturbed: { readonly summary: Summary; readonly left: Left }
  readonly disturbed: Left
  readonly again: Summary
}

/**
 * Replays a simulated file once undisturbed, and once killed with SIGKILL at random moments and resumed; then replays it
 * over the second directory once more, which must add nothing.
 *
 * @param random numbers from 0 to 1, so that a failure can be repeated
 */
export async function crashRun(settlements: number, kills: number, batchLines: number, random: () => number): Promise<CrashRun> {
  const directory = mkdtempSync(join(tmpdir(), 'fundwatch-crash-'))
  const file = join(directory, 'events.ndjson')
  const at = (name: string) => ['--data-dir', join(directory, name), '--batch-lines', String(batchLines), '--drain']
  try {
    await fundwatchJson('simulate', '--settlements', String(settlements), '--seed', '11', '--out', file)
    const begun = performance.now()
    const summary = await fundwatchJson<Summary>('replay', file, ...at('undisturbed'))
    const whole = performance.now() - begun
    const left = await leftIn(join(directory, 'undisturbed'))
    let done = 0
    for (let attempt = 0; done < kills && attempt < 3 * kills; attempt++) {
      // From the first moments of the start to somewhat beyond an even share of the work.
      const moment = 200 + random() * (1_500 + (2 * whole) / kills)
      if (await killedAfter(moment, 'replay', file, '--resume', ...at('disturbed'))) done++
    }
    await fundwatchJson<Summary>('replay', file, '--resume', ...at('disturbed'))
    const disturbed = await leftIn(join(directory, 'disturbed'))
    const again = await fundwatchJson<Summary>('replay', file, ...at('disturbed'))
    return { kills: done, undisturbed: { summary, left }, disturbed, again }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function leftIn(dataDir: string): Promise<Left> {
  const verified = await fundwatchJson<Verified>('verify', '--data-dir', dataDir)
  const store = openStore({ dataDir })
  try {
    await store.migrate()
    return { ...verified, rows: await rowsDigest(store) }
  } finally {
    await store.close()
  }
}

/** Small, fast and repeatable random numbers (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296
  }
}
