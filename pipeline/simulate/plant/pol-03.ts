import { LONG_AGO } from '../institution.ts'
import { type Item, service } from '../item.ts'
import type { Plant } from '../planting.ts'

/** 项目限定频次: more of an item on one day than a person may have. */
const ACUPOINT = service({ serial: 10301, type: '05', name: '穴位注射(限日1次样例)', price: 1600 })
const JOINT = service({ serial: 10302, type: '05', name: '关节松动训练(限日2次样例)', price: 4500 })
const OBSERVATION = service({ serial: 10303, type: '05', name: '急诊留观(日)', price: 3800, unit: '日' })
const VENTILATOR = service({ serial: 10304, type: '05', name: '呼吸机辅助呼吸(样例)', price: 1500, unit: '小时' })

const daily = (item: Item, max_cnt: number) => ({
  table: 'frequency',
  id: `p3-${item.code}`,
  row: { code: item.code, max_cnt, period: 'DAY', per: 'PERSON' },
  effective_from: LONG_AGO,
})

export const POL_03: Plant = {
  detector_id: 'POL-03',
  items: [ACUPOINT, JOINT, OBSERVATION, VENTILATOR],
  knowledge: () => [daily(ACUPOINT, 1), daily(JOINT, 2)],
  cases: [
    {
      name: 'thrice-on-one-line',
      play(scene) {
        const person = scene.person()
        scene.subject = person.psn_no
        scene.visitWith([{ item: ACUPOINT, cnt: 3 }], person)
      },
    },
    {
      name: 'at-two-hospitals-of-one-day',
      play(scene) {
        const person = scene.person()
        scene.subject = person.psn_no
        const [one, other] = scene.twoHospitals()
        scene.visit({ person, institution: one, at: scene.at('09:10'), lines: [{ item: JOINT, cnt: 2 }] })
        scene.visit({ person, institution: other, at: scene.at('15:20'), lines: [{ item: JOINT }] })
      },
    },
    {
      name: 'more-hours-than-a-day-has',
      also: ['MED-03'],
      play(scene) {
        const person = scene.person()
        scene.subject = person.psn_no
        const lines = [
          { item: VENTILATOR, cnt: 14, at: scene.at('10:00', 1) },
          { item: VENTILATOR, cnt: 13, at: scene.at('20:00', 1) },
        ]
        scene.stayWith(lines, scene.at('09:00'), scene.at('10:00', 4), person)
      },
    },
    {
      name: 'two-days-of-observation-on-one-day',
      play(scene) {
        const person = scene.person()
        scene.subject = person.psn_no
        const lines = [{ item: OBSERVATION, cnt: 2 }]
        scene.visit({ person, institution: scene.hospital(), at: scene.morning(), med_type: '13', lines })
      },
    },
    {
      name: 'inside-a-stay',
      play(scene) {
        const person = scene.person()
        scene.subject = person.psn_no
        const lines = [
          { item: ACUPOINT, at: scene.at('09:00', 2) },
          { item: ACUPOINT, at: scene.at('15:00', 2) },
        ]
        scene.stayWith(lines, scene.at('14:30'), scene.at('10:00', 5), person)
      },
    },
    {
      name: 'the-second-visit-taken-back',
      retract: true,
      play(scene) {
        const [person, institution] = [scene.person(), scene.hospital()]
        scene.subject = person.psn_no
        scene.visit({ person, institution, at: scene.at('09:00'), lines: [{ item: ACUPOINT }] })
        const second = scene.visit({ person, institution, at: scene.at('14:10'), lines: [{ item: ACUPOINT }] })
        scene.void(second, scene.at('16:45', 1))
      },
    },
  ],
  decoys: [
    {
      name: 'exactly-as-often-as-allowed',
      play: (scene) => void scene.visitWith([{ item: JOINT, cnt: 2 }]),
    },
    {
      name: 'around-midnight',
      play(scene) {
        const lines = [
          { item: ACUPOINT, at: scene.at('23:50', 1) },
          { item: ACUPOINT, at: scene.at('00:20', 2) },
        ]
        scene.stayWith(lines, scene.at('09:00'), scene.at('10:00', 4))
      },
    },
    {
      name: 'twenty-four-hours',
      play(scene) {
        const lines = [
          { item: VENTILATOR, cnt: 12, at: scene.at('08:00', 1) },
          { item: VENTILATOR, cnt: 12, at: scene.at('20:00', 1) },
        ]
        scene.stayWith(lines, scene.at('15:00'), scene.at('10:00', 4))
      },
    },
    {
      name: 'several-days-posted-on-one-line-of-a-stay',
      play(scene) {
        const lines = [{ item: OBSERVATION, cnt: 3, at: scene.at('08:00', 3) }]
        scene.stayWith(lines, scene.at('09:00'), scene.at('10:00', 5))
      },
    },
    {
      name: 'the-first-visit-was-taken-back-before-the-second',
      play(scene) {
        const [person, institution] = [scene.person(), scene.hospital()]
        const first = scene.visit({ person, institution, at: scene.at('09:00'), lines: [{ item: ACUPOINT }] })
        scene.void(first, scene.at('09:30'))
        scene.visit({ person, institution, at: scene.at('10:20'), lines: [{ item: ACUPOINT }] })
      },
    },
    {
      name: 'two-people',
      play(scene) {
        const institution = scene.hospital()
        for (const at of ['09:00', '09:30'])
          scene.visit({ person: scene.person(), institution, at: scene.at(at), lines: [{ item: ACUPOINT }] })
      },
    },
  ],
}
