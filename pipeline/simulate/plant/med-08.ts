import { distinct } from '../basket.ts'
import { HOUR } from '../calendar.ts'
import { ACUTE_DRUGS, WARD } from '../catalogue.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 药品种类超标: more than five drugs in one prescription, or eight where none is named. */
const SHORT = ACUTE_DRUGS.filter((item) => item.pack_days! <= 7)

function drugs(scene: Scene, count: number, more: Partial<LineSpec> = {}): LineSpec[] {
  return distinct(scene.random, SHORT, count).map((item) => ({ item, rxno: 'R1', ...more }))
}

function prescribe(scene: Scene, lines: readonly LineSpec[]) {
  const who = { person: scene.person(), institution: scene.hospital() }
  return scene.visit({ ...who, at: scene.morning(), ordinary: false, lines })
}

export const MED_08: Plant = {
  detector_id: 'MED-08',
  cases: [
    { name: 'six-in-one', play: (scene) => void prescribe(scene, drugs(scene, 6)) },
    {
      name: 'nine-in-the-first-of-two',
      // Another one in the second: the same drug again would be a line charged twice.
      play: (scene) =>
        void prescribe(
          scene,
          drugs(scene, 10).map((line, i) => (i < 9 ? line : { ...line, rxno: 'R2' })),
        ),
    },
    {
      name: 'nine-at-a-pharmacy',
      play(scene) {
        const lines = drugs(scene, 9, { rxno: '' })
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.morning(), lines })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const visit = prescribe(scene, drugs(scene, 7))
        scene.void(visit, visit.setl_time + 3 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'five-in-one', play: (scene) => void prescribe(scene, drugs(scene, 5)) },
    {
      name: 'five-in-each-of-two',
      play(scene) {
        const ten = drugs(scene, 10).map((line, i) => ({ ...line, rxno: i < 5 ? 'R1' : 'R2' }))
        prescribe(scene, ten)
      },
    },
    {
      name: 'eight-at-a-pharmacy',
      play(scene) {
        const lines = drugs(scene, 8, { rxno: '' })
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.morning(), lines })
      },
    },
    {
      name: 'the-orders-of-a-ward',
      play(scene) {
        const lines = distinct(scene.random, WARD, 10).map((item) => ({ item, rxno: 'R1-9' }))
        const who = { person: scene.person(), institution: scene.hospital() }
        scene.stay({ ...who, from: scene.at('09:00'), to: scene.at('10:00', 4), lines, without: WARD })
      },
    },
  ],
}
