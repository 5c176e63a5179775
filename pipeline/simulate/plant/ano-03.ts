import { distinct } from '../basket.ts'
import { MINUTE } from '../calendar.ts'
import { ACUTE_DRUGS } from '../catalogue.ts'
import type { Institution } from '../institution.ts'
import type { Person } from '../person.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 药店连续刷卡: a crowd of small purchases within five minutes, more than the terminals can serve. */
const ALSO = ['ANO-04', 'ANO-05', 'ANO-10', 'ANO-13']

const crowd = (scene: Scene, count: number) => Array.from({ length: count }, () => scene.person())

/** Purchases of `people`, one every `spacing` seconds. */
function swipes(
  scene: Scene,
  institution: Institution,
  people: readonly Person[],
  spacing: number,
  at = scene.morning(),
  lines = 0,
) {
  scene.subject = institution.code
  return people.map((person, i) => {
    const items = distinct(scene.random, ACUTE_DRUGS, lines || scene.random.between(1, 3))
    return scene.visit({ person, institution, at: at + Math.round(i * spacing), lines: items.map((item) => ({ item })) })
  })
}

const shop = (scene: Scene, terminals?: number) =>
  scene.found({ kind: 'pharmacy', ...(terminals === undefined ? {} : { terminals }) })

export const ANO_03: Plant = {
  detector_id: 'ANO-03',
  cases: [
    { name: 'a-dozen-in-four-minutes', also: ALSO, play: (scene) => void swipes(scene, shop(scene), crowd(scene, 12), 20) },
    { name: 'eight-in-five-minutes', also: ALSO, play: (scene) => void swipes(scene, shop(scene), crowd(scene, 8), 41) },
    { name: 'one-every-fifteen-seconds', also: ALSO, play: (scene) => void swipes(scene, shop(scene), crowd(scene, 9), 15) },
    { name: 'too-many-for-two-terminals', also: ALSO, play: (scene) => void swipes(scene, shop(scene, 2), crowd(scene, 15), 18) },
    {
      name: 'the-same-group-twice',
      also: ALSO,
      play(scene) {
        const [institution, people] = [shop(scene), crowd(scene, 9)]
        swipes(scene, institution, people, 25)
        swipes(scene, institution, people.toReversed(), 27, scene.at('15:10', 3))
      },
    },
    {
      name: 'one-of-eight-taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const sold = swipes(scene, shop(scene), crowd(scene, 8), 30)
        scene.void(sold[4]!, sold[4]!.setl_time + 100 * MINUTE)
      },
    },
  ],
  decoys: [
    { name: 'seven-in-five-minutes', play: (scene) => void swipes(scene, shop(scene), crowd(scene, 7), 40) },
    { name: 'eight-in-six-minutes', play: (scene) => void swipes(scene, shop(scene), crowd(scene, 8), 50) },
    { name: 'ten-at-two-terminals', play: (scene) => void swipes(scene, shop(scene, 2), crowd(scene, 10), 25) },
    { name: 'big-baskets', play: (scene) => void swipes(scene, shop(scene), crowd(scene, 9), 25, scene.morning(), 4) },
    {
      name: 'four-people-twice-each',
      play(scene) {
        const people = crowd(scene, 4)
        swipes(scene, shop(scene), [...people, ...people], 30)
      },
    },
    {
      name: 'at-a-hospital-counter',
      play(scene) {
        const institution = scene.found({ kind: 'hospital' })
        crowd(scene, 9).forEach((person, i) => {
          scene.visit({ person, institution, at: scene.at('10:00') + i * 25 })
        })
      },
    },
  ],
}
