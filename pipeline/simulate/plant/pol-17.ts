import { HOUR } from '../calendar.ts'
import { LONG_AGO } from '../institution.ts'
import { service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 超限定报销总额: the fund pays 60 % of a visit, and one person at most 1,000 yuan a year for the item. */
const DENTURE = service({ serial: 11701, type: '05', name: '义齿修复(年度限额样例)', price: 60_000 })

function fitted(scene: Scene, days: readonly number[], cnt = 1, person = scene.person()) {
  const institution = scene.hospital()
  scene.subject = person.psn_no
  return days.map((later) =>
    scene.visit({
      ...{ person, institution, at: scene.at('10:20', later), ordinary: false },
      lines: [{ item: DENTURE, cnt, pric: 60_000 }],
    }),
  )
}

export const POL_17: Plant = {
  detector_id: 'POL-17',
  items: [DENTURE],
  knowledge: () => [{ table: 'benefit_cap', id: 'p17', row: { code: DENTURE.code, year_cap: 1000 }, effective_from: LONG_AGO }],
  cases: [
    { name: 'with-the-third-visit', play: (scene) => void fitted(scene, [0, 2, 4]) },
    { name: 'at-once', play: (scene) => void fitted(scene, [0], 3) },
    {
      name: 'at-two-hospitals',
      play(scene) {
        const person = scene.person()
        fitted(scene, [0], 2, person)
        fitted(scene, [3], 1, person)
      },
    },
    {
      name: 'the-last-taken-back',
      retract: true,
      play(scene) {
        const last = fitted(scene, [0, 2, 4]).at(-1)!
        scene.void(last, last.setl_time + 5 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'below-the-cap', play: (scene) => void fitted(scene, [0, 2]) },
    {
      name: 'one-taken-back-before',
      play(scene) {
        const person = scene.person()
        const [first] = fitted(scene, [0], 2, person)
        scene.void(first!, first!.setl_time + HOUR)
        fitted(scene, [3], 1, person)
      },
    },
    {
      name: 'two-people',
      play(scene) {
        fitted(scene, [0], 2)
        fitted(scene, [1])
      },
    },
  ],
}
