import { LONG_AGO, type ReferenceRow } from '../institution.ts'
import { consumable, type Item, service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 项目重复收费: pairs of which one includes or excludes the other, by day, visit and hour. */
const MONITORING = service({ serial: 10201, type: '05', name: '急诊监护费(样例)', price: 6000 })
const EMERGENCY_FEE = service({ serial: 10202, type: '02', name: '监护内急诊诊查费(样例)', price: 1800 })
const PATHWAY = service({ serial: 10203, type: '05', name: '单病种治疗包(样例)', price: 90_000 })
const DRESSING = service({ serial: 10204, type: '05', name: '包内换药(样例)', price: 2600 })
const VENTILATION = service({ serial: 10205, type: '05', name: '无创通气(样例)', price: 4200 })
const OXYGEN_MASK = service({ serial: 10206, type: '05', name: '面罩给氧(样例)', price: 900 })
const PUNCTURE = service({ serial: 10207, type: '05', name: '深静脉穿刺(样例)', price: 12_000 })
const PUNCTURE_NEEDLE = consumable({ serial: 10208, name: '穿刺针(含于穿刺费)', price: 3800 })

const pair = (code: Item, violating: Item, scope: 'DAY' | 'VISIT' | 'HOUR'): ReferenceRow => ({
  table: 'mutex',
  id: `p2-${violating.code}`,
  row: { code_a: code.code, code_b: violating.code, scope, violating: violating.code },
  effective_from: LONG_AGO,
})

/** One person's visits to one hospital, each at this time, perhaps on a later day, for one item. */
function visits(scene: Scene, ...given: (readonly [item: Item, time: string, later?: number])[]) {
  const [person, institution] = [scene.person(), scene.hospital()]
  return given.map(([item, time, later]) => scene.visit({ person, institution, at: scene.at(time, later), lines: [{ item }] }))
}

export const POL_02: Plant = {
  detector_id: 'POL-02',
  items: [MONITORING, EMERGENCY_FEE, PATHWAY, DRESSING, VENTILATION, OXYGEN_MASK, PUNCTURE, PUNCTURE_NEEDLE],
  knowledge: () => [
    pair(MONITORING, EMERGENCY_FEE, 'DAY'),
    pair(PATHWAY, DRESSING, 'VISIT'),
    pair(VENTILATION, OXYGEN_MASK, 'HOUR'),
    pair(PUNCTURE, PUNCTURE_NEEDLE, 'DAY'),
  ],
  cases: [
    {
      name: 'both-in-one-visit',
      play(scene) {
        const lines = [{ item: MONITORING }, { item: EMERGENCY_FEE }]
        scene.visitWith(lines)
      },
    },
    {
      name: 'two-settlements-of-one-day',
      play: (scene) => void visits(scene, [EMERGENCY_FEE, '09:20'], [MONITORING, '15:40']),
    },
    {
      name: 'days-apart-in-one-stay',
      play(scene) {
        const lines = [
          { item: PATHWAY, at: scene.at('11:00', 1) },
          { item: DRESSING, cnt: 2, at: scene.at('09:00', 3) },
        ]
        scene.stayWith(lines, scene.at('09:10'), scene.at('10:20', 5))
      },
    },
    {
      name: 'within-the-hour',
      play(scene) {
        const at = scene.at('11:30')
        const lines = [
          { item: VENTILATION, at: at - 55 * 60 },
          { item: OXYGEN_MASK, at: at - 10 * 60 },
        ]
        scene.visit({ person: scene.person(), institution: scene.hospital(), at, lines })
      },
    },
    {
      name: 'consumable-included-in-the-service',
      play(scene) {
        const lines = [
          { item: PUNCTURE, at: scene.at('10:00', 2) },
          { item: PUNCTURE_NEEDLE, cnt: 2, at: scene.at('16:00', 2) },
        ]
        scene.stayWith(lines, scene.at('15:00'), scene.at('09:40', 4))
      },
    },
    {
      name: 'one-of-two-settlements-taken-back',
      retract: true,
      play(scene) {
        const [, second] = visits(scene, [MONITORING, '09:00'], [EMERGENCY_FEE, '10:30'])
        scene.void(second!, scene.at('16:10'))
      },
    },
  ],
  decoys: [
    {
      name: 'on-two-days',
      play: (scene) => void visits(scene, [MONITORING, '16:30'], [EMERGENCY_FEE, '08:50', 1]),
    },
    {
      name: 'at-two-hospitals',
      play(scene) {
        const person = scene.person()
        const [one, other] = scene.twoHospitals()
        scene.visit({ person, institution: one, at: scene.at('09:00'), lines: [{ item: MONITORING }] })
        scene.visit({ person, institution: other, at: scene.at('15:00'), lines: [{ item: EMERGENCY_FEE }] })
      },
    },
    {
      name: 'in-two-visits',
      play: (scene) => void visits(scene, [DRESSING, '09:00'], [PATHWAY, '15:00']),
    },
    {
      name: 'more-than-an-hour-apart',
      play(scene) {
        const from = scene.at('09:30', 1)
        const lines = [
          { item: VENTILATION, at: from },
          { item: OXYGEN_MASK, at: from + 61 * 60 },
        ]
        scene.stayWith(lines, scene.at('09:00'), scene.at('10:00', 4))
      },
    },
    {
      name: 'the-second-charge-was-reversed',
      play(scene) {
        const lines = [{ item: MONITORING }, { item: EMERGENCY_FEE }, { item: EMERGENCY_FEE, cnt: -1 }]
        scene.visitWith(lines)
      },
    },
    {
      name: 'one-of-the-pair-alone',
      play(scene) {
        const lines = [{ item: EMERGENCY_FEE }, { item: DRESSING }]
        scene.visitWith(lines)
      },
    },
  ],
}
