import { HOUR } from '../calendar.ts'
import { service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 不可能次数: treatments that one person cannot have had so often on one day. */
const DIALYSIS = service({ serial: 50301, type: '05', name: '血液透析(样例)', price: 40_000, tags: ['hemodialysis'] })
const CRRT = service({ serial: 50302, type: '05', name: '连续性血液净化(样例)', price: 9000, unit: '小时', tags: ['crrt'] })
const PERFUSION = service({ serial: 50303, type: '05', name: '血液灌流(样例)', price: 52_000, tags: ['perfusion'] })
const INFUSION = service({ serial: 50304, type: '05', name: '静脉输液组(样例)', price: 800, tags: ['infusion'] })
const HEAT = service({ serial: 50305, type: '05', name: '理疗(部位样例)', price: 1500, tags: ['physio'] })

function treated(scene: Scene, ...lines: LineSpec[]) {
  const person = scene.person()
  scene.subject = person.psn_no
  return scene.visitWith(lines, person)
}

/** Of three days. */
function stay(scene: Scene, ...lines: LineSpec[]) {
  const person = scene.person()
  scene.subject = person.psn_no
  const from = scene.at('09:00')
  return scene.stay({
    person,
    institution: scene.hospital(),
    from,
    to: scene.at('10:00', 3),
    settled: scene.at('18:00', 4),
    lines,
  })
}

export const MED_03: Plant = {
  detector_id: 'MED-03',
  items: [DIALYSIS, CRRT, PERFUSION, INFUSION, HEAT],
  cases: [
    { name: 'dialysed-twice-on-one-day', play: (scene) => void treated(scene, { item: DIALYSIS, cnt: 2 }) },
    {
      name: 'dialysed-at-two-hospitals-of-one-day',
      play(scene) {
        const person = scene.person()
        scene.subject = person.psn_no
        scene.twoHospitals().forEach((institution, i) => {
          const at = scene.at(i === 0 ? '09:00' : '15:00')
          scene.visit({ person, institution, at, lines: [{ item: DIALYSIS }] })
        })
      },
    },
    {
      name: 'thirty-hours-of-purification-in-a-day',
      also: ['POL-03'],
      play: (scene) => void stay(scene, ...['00:30', '12:30'].map((time) => ({ item: CRRT, cnt: 15, at: scene.at(time, 1) }))),
    },
    { name: 'dialysis-beside-perfusion', play: (scene) => void treated(scene, { item: DIALYSIS }, { item: PERFUSION }) },
    {
      name: 'infusion-on-the-day-after-the-discharge',
      also: ['MGT-03'],
      play: (scene) => void stay(scene, { item: INFUSION, cnt: 2, at: scene.at('09:00', 4) }),
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const visit = treated(scene, { item: HEAT, cnt: 6 })
        scene.void(visit, visit.setl_time + 3 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'three-parts', play: (scene) => void treated(scene, { item: HEAT, cnt: 3 }) },
    {
      name: 'dialysis-and-perfusion-on-two-days',
      play: (scene) =>
        void stay(scene, { item: DIALYSIS, at: scene.at('10:00', 1) }, { item: PERFUSION, at: scene.at('10:00', 2) }),
    },
    {
      name: 'a-whole-day-of-purification',
      play: (scene) => void stay(scene, ...['00:30', '12:30'].map((time) => ({ item: CRRT, cnt: 12, at: scene.at(time, 1) }))),
    },
    {
      name: 'infusion-on-the-day-of-the-discharge',
      play: (scene) => void stay(scene, { item: INFUSION, cnt: 20, at: scene.at('08:30', 3) }),
    },
  ],
}
