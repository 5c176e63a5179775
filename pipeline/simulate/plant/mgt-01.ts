import { distinct } from '../basket.ts'
import { DAY, HOUR, MINUTE } from '../calendar.ts'
import { ACUTE_DRUGS } from '../catalogue.ts'
import { service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

const SESSION = service({ serial: 20101, type: '05', name: '推拿治疗(样例)', price: 6800 })

/** 重复结算: the same visit claimed twice within ten minutes, or the same lines within a day. */
function firstVisit(scene: Scene, at: number, arrival = at) {
  return scene.visit({ person: scene.person(), institution: scene.hospital(), at, arrival })
}

function firstPurchase(scene: Scene, at: number) {
  const lines = distinct(scene.random, ACUTE_DRUGS, 2).map((item) => ({ item }))
  return scene.visit({ person: scene.person(), institution: scene.pharmacy(), at, lines })
}

/** At this time, or in the morning. */
function firstSession(scene: Scene, time?: string) {
  const [person, institution] = [scene.person(), scene.found({ kind: 'hospital' })]
  const at = time === undefined ? scene.morning() : scene.at(time)
  return scene.visit({ person, institution, at, ordinary: false, lines: [{ item: SESSION, at }] })
}

export const MGT_01: Plant = {
  detector_id: 'MGT-01',
  items: [SESSION],
  cases: [
    {
      name: 'minutes-later',
      play(scene) {
        const first = firstVisit(scene, scene.morning())
        scene.again(first, first.setl_time + scene.random.between(2 * MINUTE, 9 * MINUTE))
      },
    },
    {
      name: 'a-purchase-with-its-lines-in-another-order',
      play(scene) {
        const first = firstPurchase(scene, scene.morning())
        scene.again({ ...first, lines: first.lines.toReversed() }, first.setl_time + 4 * MINUTE)
      },
    },
    {
      name: 'hours-later',
      play(scene) {
        const first = firstVisit(scene, scene.morning())
        scene.again(first, first.setl_time + scene.random.between(2 * HOUR, 6 * HOUR))
      },
    },
    {
      name: 'the-next-morning',
      play(scene) {
        const first = firstPurchase(scene, scene.morning())
        scene.again(first, first.setl_time + 23 * HOUR)
      },
    },
    {
      name: 'a-session-before-and-after-midnight',
      play(scene) {
        const first = firstSession(scene, '23:58')
        scene.again(first, first.setl_time + 5 * MINUTE)
      },
    },
    {
      name: 'three-times',
      play(scene) {
        const first = firstVisit(scene, scene.morning())
        scene.again(first, first.setl_time + 3 * MINUTE)
        scene.again(first, first.setl_time + 7 * MINUTE)
      },
    },
    {
      name: 'the-second-taken-back-in-the-afternoon',
      retract: true,
      play(scene) {
        const first = firstVisit(scene, scene.morning())
        const second = scene.again(first, first.setl_time + 3 * MINUTE)
        scene.void(second, second.setl_time + 4 * HOUR)
      },
    },
    {
      name: 'the-first-taken-back-in-the-afternoon',
      retract: true,
      play(scene) {
        const first = firstVisit(scene, scene.morning())
        scene.again(first, first.setl_time + 5 * MINUTE)
        scene.void(first, first.setl_time + 4 * HOUR)
      },
    },
  ],
  decoys: [
    {
      name: 'a-retry-whose-first-attempt-is-taken-back',
      play(scene) {
        const first = firstVisit(scene, scene.morning())
        scene.again(first, first.setl_time + 2 * MINUTE)
        scene.void(first, first.setl_time + 4 * MINUTE)
      },
    },
    {
      name: 'the-void-overtakes-the-first-attempt',
      play(scene) {
        const at = scene.morning()
        const first = firstVisit(scene, at, at + 7 * MINUTE)
        scene.void(first, at + 3 * MINUTE)
        scene.again(first, at + 4 * MINUTE)
      },
    },
    {
      name: 'a-session-on-the-next-day',
      play(scene) {
        const first = firstSession(scene)
        scene.again(first, first.setl_time + 23 * HOUR)
      },
    },
    {
      name: 'more-than-a-day-later',
      play(scene) {
        const first = firstVisit(scene, scene.morning())
        scene.again(first, first.setl_time + DAY + HOUR)
      },
    },
    {
      name: 'two-people-with-the-same-basket',
      play(scene) {
        const first = firstPurchase(scene, scene.morning())
        scene.again(first, first.setl_time + 3 * MINUTE, { person: scene.person() })
      },
    },
    {
      name: 'another-quantity',
      play(scene) {
        const [person, institution, at] = [scene.person(), scene.pharmacy(), scene.morning()]
        const item = scene.random.pick(ACUTE_DRUGS)
        scene.visit({ person, institution, at, lines: [{ item }] })
        scene.visit({ person, institution, at: at + 6 * MINUTE, lines: [{ item, cnt: 2 }] })
      },
    },
    {
      name: 'at-another-hospital',
      play(scene) {
        const person = scene.person()
        const [one, other] = scene.twoHospitals()
        const first = scene.visit({ person, institution: one, at: scene.morning() })
        scene.again(first, first.setl_time + 2 * HOUR, { institution: other, doctor: other.outpatient[0] })
      },
    },
  ],
}
