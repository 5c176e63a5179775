import { HOUR } from '../calendar.ts'
import { CHRONIC_DRUGS } from '../catalogue.ts'
import { CHRONIC_DISEASES } from '../diagnosis.ts'
import type { Institution } from '../institution.ts'
import type { Item } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 同日多机构购同药: the same drug at several institutions on one day, more than a month of it. */
const ALSO = ['POL-14', 'MED-01', 'ANO-09', 'ANO-10', 'MGT-10']

interface Fill {
  readonly institution: Institution
  readonly item: Item
  readonly days: number
  readonly later?: number
}

function fills(scene: Scene, disease: number, filled: readonly Fill[]) {
  const person = scene.person()
  scene.subject = person.psn_no
  return filled.map(({ institution, item, days, later = 0 }, i) =>
    scene.visit({
      ...{ person, institution, at: scene.at('09:00', later) + i * 1.5 * HOUR, ordinary: false },
      lines: [{ item, prd_days: days }],
      diagnoses: [CHRONIC_DISEASES[disease]!],
    }),
  )
}

const shops = (scene: Scene, count: number) => Array.from({ length: count }, () => scene.found({ kind: 'pharmacy' }))
const drug = (disease: number, n = 0) => CHRONIC_DRUGS[disease]![n]!

export const ANO_19: Plant = {
  detector_id: 'ANO-19',
  cases: [
    {
      name: 'three-pharmacies',
      also: ALSO,
      play: (scene) =>
        void fills(
          scene,
          0,
          shops(scene, 3).map((institution) => ({ institution, item: drug(0), days: 28 })),
        ),
    },
    {
      name: 'four-pharmacies-ten-days-each',
      also: ALSO,
      play: (scene) =>
        void fills(
          scene,
          1,
          shops(scene, 4).map((institution) => ({ institution, item: drug(1), days: 10 })),
        ),
    },
    {
      name: 'two-pharmacies-and-a-hospital',
      also: ALSO,
      play: (scene) =>
        void fills(
          scene,
          2,
          [...shops(scene, 2), scene.found({ kind: 'hospital' })].map((institution) => ({
            institution,
            item: drug(2),
            days: 14,
          })),
        ),
    },
    {
      name: 'one-of-three-taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const bought = fills(
          scene,
          0,
          shops(scene, 3).map((institution) => ({ institution, item: drug(0, 1), days: 12 })),
        )
        scene.void(bought[1]!, bought[1]!.setl_time + 6 * HOUR)
      },
    },
  ],
  decoys: [
    {
      name: 'partial-fills-of-one-prescription',
      play: (scene) =>
        void fills(
          scene,
          0,
          shops(scene, 3).map((institution) => ({ institution, item: drug(0), days: 10 })),
        ),
    },
    {
      name: 'two-pharmacies',
      play: (scene) =>
        void fills(
          scene,
          1,
          shops(scene, 2).map((institution) => ({ institution, item: drug(1), days: 17 })),
        ),
    },
    {
      name: 'three-different-drugs',
      play: (scene) =>
        void fills(
          scene,
          0,
          shops(scene, 3).map((institution, n) => ({ institution, item: drug(0, n), days: 28 })),
        ),
    },
    {
      name: 'on-three-days',
      play: (scene) =>
        void fills(
          scene,
          2,
          shops(scene, 3).map((institution, later) => ({ institution, item: drug(2), days: 12, later })),
        ),
    },
  ],
}
