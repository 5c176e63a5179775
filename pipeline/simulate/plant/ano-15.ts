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

/** So many purchases of a day, the last of which are taken back. */
function takesBackOf(scene: Scene, all: number, takenBack: number): void {
  const institution = shop(scene)
  sells(scene, institution, crowd(scene, all - takenBack), true)
  takeBack(scene, sells(scene, institution, crowd(scene, takenBack)), 25)
}

/** One person's purchases of a day, all of them taken back. */
function takesBackAgain(scene: Scene, times: number, minutes: number): void {
  const person = scene.person()
  takeBack(
    scene,
    sells(
      scene,
      shop(scene),
      Array.from({ length: times }, () => person),
    ),
    minutes,
  )
}

/** A purchase that is taken back on the scene's day, so many days after it. */
const takesBackAfter = (scene: Scene, days: number) =>
  takeBack(scene, sells(scene, shop(scene), [scene.person()], false, -days), (days * DAY) / MINUTE)

export const ANO_15: Plant = {
  detector_id: 'ANO-15',
  cases: [
    { name: 'eleven-of-thirty', play: (scene) => takesBackOf(scene, 30, 11) },
    { name: 'one-person-four-times', play: (scene) => takesBackAgain(scene, 4, 6) },
    { name: 'nine-days-later', history: 9, play: (scene) => takesBackAfter(scene, 9) },
  ],
  decoys: [
    { name: 'nine-of-twelve', play: (scene) => takesBackOf(scene, 12, 9) },
    { name: 'one-person-twice', play: (scene) => takesBackAgain(scene, 2, 8) },
    { name: 'six-days-later', history: 6, play: (scene) => takesBackAfter(scene, 6) },
    {
      name: 'ten-of-two-hundred-and-ten',
      leastSettlements: LARGE_RUN,
      play: (scene) => takesBackOf(scene, 210, 10),
    },
  ],
}
