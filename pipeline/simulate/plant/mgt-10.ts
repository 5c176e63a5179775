import { distinct } from '../basket.ts'
import { HOUR } from '../calendar.ts'
import { ACUTE_DRUGS } from '../catalogue.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 频繁购药. */
const ALSO = ['ANO-02', 'ANO-09', 'ANO-10', 'MED-01', 'POL-14']

/** Purchases of one person, an hour apart, never the same drug twice, at so many pharmacies in turn. */
function purchases(scene: Scene, perDay: readonly number[], pharmacies = 1, fund?: 'none') {
  const person = scene.person()
  scene.subject = person.psn_no
  const places = Array.from({ length: pharmacies }, () => scene.found({ kind: 'pharmacy' }))
  const all = perDay.reduce((sum, count) => sum + count, 0)
  const drugs = distinct(scene.random, ACUTE_DRUGS, all)
  let turn = 0
  return perDay.flatMap((count, later) =>
    Array.from({ length: count }, (_, i) => {
      const institution = places[turn % places.length]!
      return scene.visit({
        person,
        institution,
        at: scene.at('09:10', later) + i * HOUR,
        lines: [{ item: drugs[turn++]! }],
        ...(fund && { fund }),
      })
    }),
  )
}

export const MGT_10: Plant = {
  detector_id: 'MGT-10',
  cases: [
    { name: 'four-in-a-day', also: ALSO, play: (scene) => void purchases(scene, [4]) },
    { name: 'eleven-in-a-week', also: ALSO, play: (scene) => void purchases(scene, [3, 3, 3, 2], 2) },
    { name: 'six-pharmacies-in-a-week', also: ALSO, play: (scene) => void purchases(scene, [2, 2, 2], 6) },
    { name: 'from-the-personal-account', also: ALSO, play: (scene) => void purchases(scene, [5], 1, 'none') },
    {
      name: 'one-of-four-taken-back',
      also: ALSO,
      retract: true,
      play(scene) {
        const [, second] = purchases(scene, [4])
        scene.void(second!, scene.at('20:00'))
      },
    },
  ],
  decoys: [
    { name: 'three-in-a-day', play: (scene) => void purchases(scene, [3]) },
    { name: 'ten-in-a-week', play: (scene) => void purchases(scene, [3, 3, 3, 1]) },
    { name: 'five-pharmacies-in-a-week', play: (scene) => void purchases(scene, [2, 2, 2], 5) },
  ],
}
