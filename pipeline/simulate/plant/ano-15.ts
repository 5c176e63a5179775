import { distinct } from '../basket.ts'
import { DAY, HOUR, MINUTE } from '../calendar.ts'
import { ACUTE_DRUGS } from '../catalogue.ts'
import type { Institution } from '../institution.ts'
import type { Person } from '../person.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { Settlement } from '../settlement.ts'

/** 冲正撤销异常: many settlements of a day taken back, one person's again and again, or one long after. */
const LARGE_RUN = 20_000

function shop(scene: Scene): Institution {
  const institution = scene.found({ kind: 'pharmacy' })
  scene.subject = institution.code
  return institution
}

/** Purchases of these people, one every eleven minutes; what is not `aside` is the case. */
function sells(scene: Scene, institution: Institution, people: readonly Person[], aside = false, later = 0): Settlement[] {
  const drugs = distinct(scene.random, ACUTE_DRUGS, Math.min(people.length, ACUTE_DRUGS.length))
  return people.map((person, i) =>
    scene.visit({
      ...{ person, institution, at: scene.at('08:20', later) + Math.round((i * 13 * HOUR) / Math.max(70, people.length)), aside },
      lines: [{ item: drugs[i % drugs.length]!, cnt: 1 + (i % 2) }],
    }),
  )
}

const crowd = (scene: Scene, count: number) => Array.from({ length: count }, () => scene.person({ row: false }))
const takeBack = (scene: Scene, settlements: readonly Settlement[], minutes: number) => {
  for (const settlement of settlements) scene.void(settlement, settlement.setl_time + minutes * MINUTE)
}

export const ANO_15: Plant = {
  detector_id: 'ANO-15',
  cases: [
    {
      name: 'eleven-of-thirty',
      play(scene) {
        const institution = shop(scene)
        sells(scene, institution, crowd(scene, 19), true)
        takeBack(scene, sells(scene, institution, crowd(scene, 11)), 25)
      },
    },
    {
      name: 'one-person-four-times',
      play(scene) {
        const person = scene.person()
        takeBack(scene, sells(scene, shop(scene), [person, person, person, person]), 6)
      },
    },
    {
      name: 'nine-days-later',
      history: 9,
      play: (scene) => takeBack(scene, sells(scene, shop(scene), [scene.person()], false, -9), (9 * DAY) / MINUTE),
    },
  ],
  decoys: [
    {
      name: 'nine-of-twelve',
      play(scene) {
        const institution = shop(scene)
        sells(scene, institution, crowd(scene, 3), true)
        takeBack(scene, sells(scene, institution, crowd(scene, 9)), 25)
      },
    },
    {
      name: 'one-person-twice',
      play(scene) {
        const person = scene.person()
        takeBack(scene, sells(scene, shop(scene), [person, person]), 8)
      },
    },
    {
      name: 'six-days-later',
      history: 6,
      play: (scene) => takeBack(scene, sells(scene, shop(scene), [scene.person()], false, -6), (6 * DAY) / MINUTE),
    },
    {
      name: 'ten-of-two-hundred-and-ten',
      leastSettlements: LARGE_RUN,
      play(scene) {
        const institution = shop(scene)
        sells(scene, institution, crowd(scene, 200), true)
        takeBack(scene, sells(scene, institution, crowd(scene, 10)), 25)
      },
    },
  ],
}
