import { readdir } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Detector } from '../detectors/detector.ts'
import { FundwatchError } from '../schemas/errors.ts'

const DETECTOR_FILE = /^[a-z]{3}-\d{2}\.(?:ts|js)$/

/** Finds the detectors on disk: one file each, below `detectors/<category>/`. Sorted by id. */
export async function findDetectors(): Promise<readonly Detector[]> {
  const root = fileURLToPath(new URL('../detectors/', import.meta.url))
  const files = await readdir(root, { recursive: true })
  const found = files.filter((file) => DETECTOR_FILE.test(file.split(/[\\/]/).at(-1)!)).sort()
  const modules = await Promise.all(found.map((file) => import(pathToFileURL(root + file).href)))
  return modules.map((module) => module.default as Detector)
}

/** The detectors of a list such as `POL-01,MGT-18`; all where the list is absent. */
export function selectDetectors(all: readonly Detector[], list: string | undefined): readonly Detector[] {
  if (!list) return all
  const named = list.split(',').filter((id) => id.trim() !== '')
  return named.map((id) => {
    const detector = all.find((candidate) => candidate.id === id.trim().toUpperCase())
    if (!detector) throw new FundwatchError('DETECTOR_UNKNOWN', `There is no detector ${id}. See: fundwatch detectors list`)
    return detector
  })
}

/** The ids of a list of detectors that run silently; one that is misspelt would go on speaking. */
export function silentOnes(all: readonly Detector[], list: string): string[] {
  return list === '' ? [] : selectDetectors(all, list).map(({ id }) => id)
}
