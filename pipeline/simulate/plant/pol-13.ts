import { HOUR } from '../calendar.ts'
import { LONG_AGO } from '../institution.ts'
import { drug, type Item } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 限支付疗程: more days of a drug than a course may have. Short courses here, so that runs of a few days hold them. */
const OZAGREL = drug({ serial: 11301, atc: 'B01AC', name: '奥扎格雷(限疗程样例)', price: 4200, pack_days: 1 })
const THYMOSIN = drug({ serial: 11302, atc: 'L03AX', name: '胸腺法新(限单次住院样例)', price: 9800, pack_days: 1 })

const course = (item: Item, max_days: number, per: 'EPISODE' | 'VISIT') => ({
  table: 'course',
  id: `p13-${item.code}`,
  row: { code: item.code, max_days, per },
  effective_from: LONG_AGO,
})

/** A stay of eight days with the drug on some of them. */
function stay(scene: Scene, item: Item, days: readonly number[], times: readonly string[] = ['09:00']) {
  const person = scene.person()
  scene.subject = person.psn_no
  const lines = days.flatMap((later) => times.map((time) => ({ item, at: scene.at(time, later) })))
  return scene.stayWith(lines, scene.at('08:30', -6), scene.at('10:00', 1), person)
}

function infusions(scene: Scene, days: readonly number[]) {
  const [person, institution] = [scene.person(), scene.hospital()]
  scene.subject = person.psn_no
  return days.map((later) =>
    scene.visit({ person, institution, at: scene.at('10:20', later), ordinary: false, lines: [{ item: OZAGREL, prd_days: 1 }] }),
  )
}

export const POL_13: Plant = {
  detector_id: 'POL-13',
  items: [OZAGREL, THYMOSIN],
  knowledge: () => [course(OZAGREL, 3, 'EPISODE'), course(THYMOSIN, 2, 'VISIT')],
  cases: [
    { name: 'five-days-of-a-stay', history: 7, play: (scene) => void stay(scene, OZAGREL, [-5, -4, -3, -2, -1]) },
    { name: 'three-days-of-one-visit', history: 7, play: (scene) => void stay(scene, THYMOSIN, [-4, -3, -1]) },
    {
      name: 'day-after-day-as-an-outpatient',
      history: 7,
      also: ['MGT-09'],
      play: (scene) => void infusions(scene, [-6, -4, -2, 0]),
    },
    {
      name: 'the-last-day-taken-back',
      retract: true,
      history: 7,
      play(scene) {
        const last = infusions(scene, [-6, -4, -2, 0]).at(-1)!
        scene.void(last, last.setl_time + 5 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'exactly-the-course', history: 7, play: (scene) => void stay(scene, OZAGREL, [-5, -4, -3]) },
    { name: 'several-times-a-day', history: 7, play: (scene) => void stay(scene, OZAGREL, [-5, -4, -3], ['09:00', '16:00']) },
    { name: 'two-days-of-a-visit', history: 7, play: (scene) => void stay(scene, THYMOSIN, [-3, -2]) },
    { name: 'three-infusions', history: 7, play: (scene) => void infusions(scene, [-4, -2, 0]) },
  ],
}
