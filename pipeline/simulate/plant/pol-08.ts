import { LONG_AGO } from '../institution.ts'
import { drug, service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 年龄限定不符: completed years (lower limit included, upper limit excluded) and days of life. */
const SYRUP = drug({ serial: 10801, atc: 'R06AB', name: '小儿专用颗粒(14岁以下样例)', price: 1800, pack_days: 4 })
const QUINOLONE = drug({ serial: 10802, atc: 'J01MA', name: '左氧氟沙星片(18岁以上样例)', price: 2400, pack_days: 4 })
const NEWBORN_SCREENING = service({ serial: 10803, type: '04', name: '新生儿筛查(28天以内样例)', price: 6800 })

/** The birthday of somebody who is `years` old and so many days on the scene's day. */
function born(scene: Scene, years: number, days: number): string {
  const birth = new Date(`${scene.date(-days)}T00:00:00Z`)
  birth.setUTCFullYear(birth.getUTCFullYear() - years)
  return birth.toISOString().slice(0, 10)
}

const limit = (id: string, row: Readonly<Record<string, unknown>>) => ({
  table: 'age_limit',
  id,
  row,
  effective_from: LONG_AGO,
})

export const POL_08: Plant = {
  detector_id: 'POL-08',
  items: [SYRUP, QUINOLONE, NEWBORN_SCREENING],
  knowledge: () => [
    limit('p8-child', { code: SYRUP.code, max_years: 14 }),
    limit('p8-adult', { code: QUINOLONE.code, min_years: 18 }),
    limit('p8-newborn', { code: NEWBORN_SCREENING.code, max_days: 28 }),
  ],
  cases: [
    {
      name: 'an-adult-with-a-childs-medicine',
      play: (scene) => void scene.visitWith([{ item: SYRUP, cnt: 2 }]),
    },
    {
      name: 'fourteen-today',
      play(scene) {
        const person = scene.person({ brdy: born(scene, 14, 0) })
        scene.visitWith([{ item: SYRUP }], person)
      },
    },
    {
      name: 'a-child-with-an-adults-medicine',
      play(scene) {
        const person = scene.person({ brdy: born(scene, scene.random.between(6, 16), 40) })
        scene.visit({ person, institution: scene.pharmacy(), at: scene.morning(), lines: [{ item: QUINOLONE }] })
      },
    },
    {
      name: 'a-day-too-old-for-a-newborn',
      play(scene) {
        const person = scene.person({ brdy: born(scene, 0, 29) })
        scene.visitWith([{ item: NEWBORN_SCREENING }], person)
      },
    },
    {
      name: 'inside-a-stay',
      play(scene) {
        const person = scene.person({ brdy: born(scene, 16, 100) })
        const lines = [{ item: QUINOLONE, at: scene.at('09:00', 1) }]
        scene.stayWith(lines, scene.at('10:00'), scene.at('10:00', 4), person)
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const at = scene.morning()
        scene.void(
          scene.visit({ person: scene.person(), institution: scene.clinic(), at, lines: [{ item: SYRUP }] }),
          at + 5 * 3600,
        )
      },
    },
  ],
  decoys: [
    {
      name: 'fourteen-tomorrow',
      play(scene) {
        const person = scene.person({ brdy: born(scene, 14, -1) })
        scene.visitWith([{ item: SYRUP }], person)
      },
    },
    {
      name: 'eighteen-today',
      play(scene) {
        const person = scene.person({ brdy: born(scene, 18, 0) })
        scene.visitWith([{ item: QUINOLONE }], person)
      },
    },
    {
      name: 'twenty-eight-days-old',
      play(scene) {
        const person = scene.person({ brdy: born(scene, 0, 28) })
        scene.visitWith([{ item: NEWBORN_SCREENING }], person)
      },
    },
    {
      name: 'birthday-unknown',
      play(scene) {
        const person = scene.person({ brdy: scene.random.pick(['', '1900-01-01']), row: false })
        scene.visitWith([{ item: SYRUP }], person)
      },
    },
  ],
}
