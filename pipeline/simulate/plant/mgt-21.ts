import type { Institution } from '../institution.ts'
import { drug } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 进销存不符(销大于购). */
const BOX = drug({ serial: 22101, atc: 'A09AB', name: '胃蛋白酶片(样例)', price: 1100, pack_days: 1 })
const ALSO = ['POL-14', 'ANO-08', 'ANO-13', 'MGT-20']

function moves(scene: Scene, institution: Institution, at: number, inv_type: string, cnt: number, more: object = {}) {
  scene.send(at, {
    ...{ kind: 'inventory', inv_type, inv_id: `L${institution.code}-${at}-${inv_type}-${cnt}`, fixmedins_code: institution.code },
    ...{ med_list_codg: BOX.code, cnt, pric: 8, time: scene.text(at), ...more },
  })
}

/** A pharmacy that has counted so many boxes in the morning of the day before. */
function counted(scene: Scene, boxes: number): Institution {
  const institution = scene.found({ kind: 'pharmacy' })
  scene.subject = institution.code
  moves(scene, institution, scene.at('07:30', -1), 'stock', boxes)
  return institution
}

/** Sells one box or three in turn, one customer after the other, at a price that rises a little. */
function sells(scene: Scene, institution: Institution, boxes: number) {
  return Array.from({ length: boxes / 2 }, (_, i) => {
    const isOdd = boxes % 4 === 2 && i === boxes / 2 - 1
    const cnt = isOdd ? 2 : i % 2 === 0 ? 1 : 3
    const at = scene.at('09:00') + i * 1500
    return scene.visit({ person: scene.person(), institution, at, lines: [{ item: BOX, cnt, pric: BOX.price + 10 * i }] })
  })
}

export const MGT_21: Plant = {
  detector_id: 'MGT-21',
  items: [BOX],
  cases: [
    { name: 'twice-what-was-there', also: ALSO, history: 2, play: (scene) => void sells(scene, counted(scene, 10), 22) },
    {
      name: 'more-than-was-bought',
      also: ALSO,
      history: 2,
      play(scene) {
        const institution = counted(scene, 4)
        moves(scene, institution, scene.at('08:00'), 'purchase', 6)
        sells(scene, institution, 18)
      },
    },
    {
      name: 'what-was-there-had-gone-elsewhere',
      also: ALSO,
      history: 2,
      play(scene) {
        const institution = counted(scene, 20)
        moves(scene, institution, scene.at('08:00'), 'change', 12, { inv_chg_type: '102' })
        sells(scene, institution, 18)
      },
    },
    {
      name: 'half-of-it-taken-back',
      also: ALSO,
      history: 2,
      retract: true,
      play(scene) {
        const visits = sells(scene, counted(scene, 10), 18)
        for (const visit of visits.slice(0, 4)) scene.void(visit, scene.at('12:00', 6))
      },
    },
  ],
  decoys: [
    { name: 'five-too-many-at-most', history: 2, play: (scene) => void sells(scene, counted(scene, 10), 14) },
    {
      name: 'bought-in-time',
      history: 2,
      play(scene) {
        const institution = counted(scene, 4)
        moves(scene, institution, scene.at('08:00'), 'purchase', 20)
        sells(scene, institution, 22)
      },
    },
    {
      name: 'given-as-a-present',
      history: 2,
      play(scene) {
        const institution = counted(scene, 4)
        moves(scene, institution, scene.at('08:00'), 'change', 20, { inv_chg_type: '110' })
        sells(scene, institution, 22)
      },
    },
    {
      name: 'nobody-has-counted',
      history: 2,
      play: (scene) => void sells(scene, scene.found({ kind: 'pharmacy' }), 22),
    },
  ],
}
