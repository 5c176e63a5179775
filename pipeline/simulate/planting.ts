import type { ReferenceRow } from './institution.ts'
import type { Item } from './item.ts'
import { itemRows } from './knowledge.ts'
import type { Random } from './random.ts'
import { Scene } from './scene.ts'
import type { Stage } from './script.ts'
import type { TruthRow } from './truth.ts'
import type { World } from './world.ts'

/** One detector's cases and look-alikes: a file of `plant/` each. */
export interface Plant {
  readonly detector_id: string
  /** Items that only its scenes use, so that their limits touch nobody else. */
  readonly items?: readonly Item[]
  /** Rows of the knowledge tables that its scenes rely on. */
  readonly knowledge?: (world: World, days: number) => readonly ReferenceRow[]
  readonly cases: readonly Variation[]
  readonly decoys: readonly Variation[]
}

export interface Variation {
  readonly name: string
  readonly also?: readonly string[]
  readonly retract?: true
  /** Too heavy for runs of fewer settlements than this. */
  readonly leastSettlements?: number
  /** Days that must lie before the scene's day. */
  readonly history?: number
  readonly play: (scene: Scene) => void
}

export interface Planted {
  readonly truth: readonly TruthRow[]
  readonly references: readonly ReferenceRow[]
  readonly settlements: number
}

const LEAST_CASES = 3
const SETTLEMENTS_PER_CASE = 10_000
const DAYS_AFTER = 4

/** Who compares with what is usual may rightly speak of any case: what is planted need not cost that. */
const BY_THE_USUAL = ['MED-07', 'FND-07', 'MGT-24']

/** Plays every plant's scenes; their events wait in the world's deliveries. */
export function plantAll(plants: readonly Plant[], world: World, settlements: number, days: number): Planted {
  const stage: Stage = { world, references: [], days, people: 0, institutions: 0, doctors: 0, settlements: 0 }
  const truth: TruthRow[] = []
  for (const plant of plants) {
    for (const item of plant.items ?? []) stage.references.push(...itemRows(item))
    stage.references.push(...(plant.knowledge?.(world, days) ?? []))
    for (const role of ['cases', 'decoys'] as const) {
      const variations = plant[role].filter((variation) => settlements >= (variation.leastSettlements ?? 0))
      const count = Math.max(LEAST_CASES, variations.length, Math.ceil(settlements / SETTLEMENTS_PER_CASE))
      for (let n = 0; n < count; n++) {
        const variation = variations[n % variations.length]!
        const random = world.random.fork(`${plant.detector_id}/${role}/${n}`)
        const scene = new Scene(stage, random, dayFor(variation, days, random))
        variation.play(scene)
        truth.push(truthRow(plant.detector_id, role === 'decoys', variation, n, scene))
      }
    }
  }
  return { truth, references: stage.references, settlements: stage.settlements }
}

function dayFor(variation: Variation, days: number, random: Random): number {
  const first = (variation.history ?? 0) + 1
  return random.between(first, Math.max(first, days - DAYS_AFTER))
}

function truthRow(detector_id: string, decoy: boolean, variation: Variation, n: number, scene: Scene): TruthRow {
  const case_id = `${detector_id}/${variation.name}/${n + 1}`
  const setl_ids = scene.setl_ids
  if (decoy) return { decoy, case_id, detector_id, setl_ids }
  return {
    case_id,
    detector_id,
    setl_ids,
    subject_id: scene.subject || setl_ids.at(-1) || '',
    also: [...new Set([...(variation.also ?? []), ...BY_THE_USUAL])].filter((id) => id !== detector_id),
    ...(variation.retract ? { retract: true } : {}),
  }
}
