import { HOUR } from '../calendar.ts'
import { drug } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec, VisitSpec } from '../script.ts'

/** 超量开药: more days of a drug at once, or piled up, than may be paid. */
const TABLET = drug({
  serial: 11401,
  atc: 'C08CX',
  name: '左氨氯地平片(样例)',
  price: 2400,
  pack_days: 14,
  generic: '左氨氯地平',
})
const CAPSULE = drug({
  serial: 11402,
  atc: 'C08CX',
  name: '左氨氯地平胶囊(样例)',
  price: 2900,
  pack_days: 28,
  generic: '左氨氯地平',
})
const ANTIBIOTIC = drug({ serial: 11403, atc: 'J01DH', name: '法罗培南钠片(样例)', price: 5600, pack_days: 5 })
const INSULIN = drug({ serial: 11404, atc: 'A10AD', name: '门冬胰岛素30注射液(样例)', price: 7200, pack_days: 15 })
const BOTTLE = drug({ serial: 11405, atc: 'S01EE', name: '拉坦前列素滴眼液(大包装样例)', price: 21_000, pack_days: 60 })
const SHORT = drug({ serial: 11406, atc: 'N02BB', name: '安乃近片(样例)', price: 700, pack_days: 3 })

const ALSO = ['ANO-09', 'ANO-19', 'MED-07', 'MGT-09', 'MGT-10']

function given(scene: Scene, lines: readonly LineSpec[], more: Partial<VisitSpec> = {}) {
  const person = more.person ?? scene.person()
  scene.subject = person.psn_no
  return scene.visit({ institution: scene.hospital(), at: scene.morning(), ordinary: false, ...more, person, lines })
}

export const POL_14: Plant = {
  detector_id: 'POL-14',
  items: [TABLET, CAPSULE, ANTIBIOTIC, INSULIN, BOTTLE, SHORT],
  cases: [
    { name: 'two-months-at-once', also: ALSO, play: (scene) => void given(scene, [{ item: CAPSULE, cnt: 2 }]) },
    {
      name: 'a-hundred-days-of-chronic-care',
      also: ALSO,
      play: (scene) => void given(scene, [{ item: CAPSULE, cnt: 4, prd_days: 112 }], { med_type: '14' }),
    },
    {
      name: 'a-week-in-an-emergency',
      also: ALSO,
      play: (scene) => void given(scene, [{ item: SHORT, cnt: 3, prd_days: 7 }], { med_type: '13' }),
    },
    {
      name: 'piled-up-at-two-hospitals',
      also: ALSO,
      play(scene) {
        const [person, [one, other]] = [scene.person(), scene.twoHospitals()]
        given(scene, [{ item: CAPSULE }], { person, institution: one, at: scene.at('09:00') })
        given(scene, [{ item: TABLET, cnt: 2 }], { person, institution: other, at: scene.at('10:00', 2) })
      },
    },
    {
      name: 'piled-up-at-a-pharmacy',
      also: ALSO,
      play(scene) {
        const [person, institution] = [scene.person(), scene.pharmacy()]
        given(scene, [{ item: CAPSULE, cnt: 3 }], { person, med_type: '14', at: scene.at('09:00') })
        given(scene, [{ item: TABLET }], { person, institution, at: scene.at('16:00', 1) })
      },
    },
    {
      name: 'antibiotics-for-six-weeks',
      also: ALSO,
      play: (scene) => void given(scene, [{ item: ANTIBIOTIC, cnt: 8, prd_days: 40 }], { med_type: '14' }),
    },
    {
      name: 'the-second-fill-taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const person = scene.person()
        given(scene, [{ item: CAPSULE }], { person, at: scene.at('09:00') })
        const second = given(scene, [{ item: CAPSULE }], { person, at: scene.at('09:30', 1) })
        scene.void(second, second.setl_time + 4 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'four-weeks', play: (scene) => void given(scene, [{ item: CAPSULE }]) },
    {
      name: 'twelve-weeks-of-chronic-care',
      play: (scene) => void given(scene, [{ item: CAPSULE, cnt: 3 }], { med_type: '14' }),
    },
    { name: 'three-days-in-an-emergency', play: (scene) => void given(scene, [{ item: SHORT }], { med_type: '13' }) },
    { name: 'insulin', play: (scene) => void given(scene, [{ item: INSULIN, cnt: 4, prd_days: 999 }]) },
    { name: 'one-large-package', play: (scene) => void given(scene, [{ item: BOTTLE }]) },
    {
      name: 'refilled-a-few-days-early',
      play(scene) {
        const person = scene.person()
        given(scene, [{ item: TABLET }], { person, at: scene.at('09:00') })
        given(scene, [{ item: CAPSULE }], { person, at: scene.at('09:30', 5) })
      },
    },
    {
      name: 'taken-back-before-it-was-given-again',
      play(scene) {
        const person = scene.person()
        const first = given(scene, [{ item: CAPSULE }], { person, at: scene.at('09:00') })
        scene.void(first, scene.at('09:30'))
        given(scene, [{ item: CAPSULE }], { person, at: scene.at('11:10') })
      },
    },
  ],
}
