import { HOUR } from '../calendar.ts'
import { LONG_AGO } from '../institution.ts'
import { type Item, service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { VisitSpec } from '../script.ts'

/** 项目周期超频次: repeated before the period of the item is over. */
const ASSESSMENT = service({ serial: 10401, type: '05', name: '康复评定(样例)', price: 6000 })
const GLYCATED = service({ serial: 10402, type: '04', name: '糖化血红蛋白测定(样例)', price: 7000 })
const TRAINING = service({ serial: 10403, type: '05', name: '儿童听力语言训练(样例)', price: 5500 })

const every = (item: Item, days: number, max_cnt = 1) => ({
  table: 'frequency',
  id: `p4-${item.code}`,
  row: { code: item.code, max_cnt, period: 'N_DAYS', days, per: 'PERSON' },
  effective_from: LONG_AGO,
})

/** Visits of one person with the item, so many days after the scene's. */
function visits(scene: Scene, item: Item, days: readonly number[], more: Partial<VisitSpec> = {}) {
  const person = more.person ?? scene.person()
  const institution = scene.hospital()
  scene.subject = person.psn_no
  return days.map((later) =>
    scene.visit({ institution, at: scene.at('09:20', later), lines: [{ item }], ordinary: false, ...more, person }),
  )
}

export const POL_04: Plant = {
  detector_id: 'POL-04',
  items: [ASSESSMENT, GLYCATED, TRAINING],
  knowledge: () => [every(ASSESSMENT, 14), every(GLYCATED, 60), every(TRAINING, 7, 2)],
  cases: [
    { name: 'again-after-thirteen-days', history: 14, play: (scene) => void visits(scene, ASSESSMENT, [-13, 0]) },
    {
      name: 'at-another-hospital',
      play(scene) {
        const person = scene.person()
        const [one, other] = scene.twoHospitals()
        visits(scene, GLYCATED, [0], { person, institution: one })
        visits(scene, GLYCATED, [2], { person, institution: other })
      },
    },
    { name: 'three-in-a-week-where-two-are-paid', history: 6, play: (scene) => void visits(scene, TRAINING, [-5, -2, 0]) },
    {
      name: 'twice-in-a-stay',
      play(scene) {
        const person = scene.person()
        scene.subject = person.psn_no
        const lines = [1, 3].map((later) => ({ item: ASSESSMENT, at: scene.at('09:00', later) }))
        scene.stayWith(lines, scene.at('08:30'), scene.at('10:00', 4), person)
      },
    },
    {
      name: 'the-second-taken-back',
      retract: true,
      play(scene) {
        const [, second] = visits(scene, ASSESSMENT, [0, 2])
        scene.void(second!, second!.setl_time + 5 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'after-fourteen-days', history: 15, play: (scene) => void visits(scene, ASSESSMENT, [-14, 0]) },
    { name: 'twice-in-a-week', history: 4, play: (scene) => void visits(scene, TRAINING, [-3, 0]) },
    {
      name: 'in-pregnancy',
      play(scene) {
        const diagnoses = [{ code: 'O24.400', name: '妊娠期发生的糖尿病', drg: '' }]
        visits(scene, GLYCATED, [0, 2], { person: scene.person({ gend: '2' }), med_type: '51', diagnoses })
      },
    },
    {
      name: 'twice-on-one-day',
      play(scene) {
        const lines = ['09:00', '09:05'].map((time) => ({ item: ASSESSMENT, at: scene.at(time) }))
        visits(scene, ASSESSMENT, [0], { lines })
      },
    },
    {
      name: 'two-people',
      play(scene) {
        visits(scene, GLYCATED, [0])
        visits(scene, GLYCATED, [1])
      },
    },
  ],
}
