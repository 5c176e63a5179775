import type { Detector } from '../../detectors/detector.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { Store } from '../store/store.ts'

/** Detectors, by id and version, that have heard everything that memory has heard. */
const HEARD = 'm|heard'

/**
 * The detectors that need history to judge and have not heard it: new ones, new versions, and those that did not run for a
 * time. A detector without memory needs none.
 */
export async function unheard(memory: KeyValue, store: Store, detectors: readonly Detector[]): Promise<Detector[]> {
  const heard = await heardIn(memory, store)
  if (!heard) return []
  return detectors.filter((detector) => !heard.has(versionOf(detector)) && detector.parts.some(({ memoryless }) => !memoryless))
}

/** From now on exactly these detectors hear all that comes; who has missed something is known by being absent. */
export async function noteHearers(memory: KeyValue, detectors: readonly Detector[], missed: readonly Detector[]): Promise<void> {
  const names = detectors.filter((detector) => !missed.includes(detector)).map(versionOf)
  await memory.commit(new Map([[HEARD, Buffer.from(JSON.stringify(names))]]))
}

/** `undefined` where there is nothing yet that could have been missed. */
async function heardIn(memory: KeyValue, store: Store): Promise<ReadonlySet<string> | undefined> {
  const stored = memory.get(HEARD)
  if (stored) return new Set(JSON.parse(Buffer.from(stored).toString()) as string[])
  if (!memory.get('m|batch')) return undefined
  // A release that did not note it yet: whoever has judged has heard.
  const rows = await store.query<{ part: string }>('SELECT DISTINCT part FROM judgement')
  return new Set(rows.map(({ part }) => part.replace(/:.*@/, '@')))
}

function versionOf({ id, version }: Detector): string {
  return `${id}@${version}`
}
