import { DAY, HOUR } from '../calendar.ts'
import type { Institution } from '../institution.ts'
import { type Item, service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 大检查/无指征检查: one part imaged again elsewhere, and too many costly images in one visit. */
const scan = (serial: number, name: string, tag: string, body_part: string) =>
  service({ serial, type: '03', name, price: 24_000, tags: [tag], body_part })
const CHEST = scan(50_601, '胸部CT(样例)', 'ct', 'chest')
const CHEST_HD = scan(50_602, '胸部高分辨CT(样例)', 'ct', 'chest')
const HEAD = scan(50_603, '头部CT(样例)', 'ct', 'head')
const SPINE = scan(50_604, '腰椎磁共振(样例)', 'mri', 'lumbar')

function scans(scene: Scene, ...given: (readonly [institution: Institution, item: Item, later: number])[]) {
  const person = scene.person()
  return given.map(([institution, item, later]) =>
    scene.visit({ person, institution, at: scene.morning() + later * DAY, lines: [{ item }] }),
  )
}

export const MED_06: Plant = {
  detector_id: 'MED-06',
  items: [CHEST, CHEST_HD, HEAD, SPINE],
  cases: [
    {
      name: 'the-chest-again-at-another-hospital',
      play(scene) {
        const [one, other] = scene.twoHospitals()
        scans(scene, [one, CHEST, 0], [other, CHEST_HD, 2])
      },
    },
    {
      name: 'three-images-in-one-visit',
      play(scene) {
        const lines = [CHEST, HEAD, SPINE].map((item) => ({ item }))
        scene.visitWith(lines)
      },
    },
    {
      name: 'before-a-stay-and-in-it',
      play(scene) {
        const [one, other] = scene.twoHospitals()
        const person = scene.person()
        scene.visit({ person, institution: one, at: scene.at('09:00'), lines: [{ item: SPINE }] })
        const lines = [{ item: SPINE, at: scene.at('10:00', 2) }]
        scene.stay({ person, institution: other, from: scene.at('14:00', 1), to: scene.at('10:00', 5), lines })
      },
    },
    {
      name: 'the-second-taken-back',
      retract: true,
      play(scene) {
        const [one, other] = scene.twoHospitals()
        const [, second] = scans(scene, [one, HEAD, 0], [other, HEAD, 1])
        scene.void(second!, second!.setl_time + 5 * HOUR)
      },
    },
  ],
  decoys: [
    {
      name: 'again-at-the-same-hospital',
      play(scene) {
        const institution = scene.hospital()
        scans(scene, [institution, CHEST, 0], [institution, CHEST, 3])
      },
    },
    {
      name: 'another-part',
      play(scene) {
        const [one, other] = scene.twoHospitals()
        scans(scene, [one, CHEST, 0], [other, HEAD, 2])
      },
    },
    {
      name: 'a-week-later',
      play(scene) {
        const [one, other] = scene.twoHospitals()
        scans(scene, [one, HEAD, 0], [other, HEAD, 7])
      },
    },
    {
      name: 'two-images-in-one-visit',
      play(scene) {
        const lines = [CHEST, SPINE].map((item) => ({ item }))
        scene.visitWith(lines)
      },
    },
  ],
}
