import { DAY, HOUR, MINUTE } from '../calendar.ts'
import type { Institution } from '../institution.ts'
import { drug } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 先售后购 / 无购进记录, at pharmacies that send what they buy. */
const BOX = drug({ serial: 22001, atc: 'A09AA', name: '多酶片(样例)', price: 900, pack_days: 1 })
const ALSO = ['ANO-08', 'ANO-13']

interface Movement {
  readonly inv_type?: string
  readonly inv_chg_type?: string
}

function receives(scene: Scene, institution: Institution, at: number, codes: readonly string[], movement: Movement = {}) {
  scene.send(at, {
    ...{ kind: 'inventory', inv_type: 'purchase', inv_id: `I${institution.code}-${at}-${codes.length}`, ...movement },
    ...{ fixmedins_code: institution.code, med_list_codg: BOX.code, cnt: codes.length, pric: 7, time: scene.text(at) },
    drug_trac_info: codes.map((drug_trac_codg) => ({ drug_trac_codg })),
  })
}

function sells(scene: Scene, institution: Institution, at: number, codes: readonly string[], aside = false) {
  const lines = codes.map((code, n) => ({ item: BOX, codes: [code], at: at - n }))
  return scene.visit({ person: scene.person(), institution, at, lines, aside })
}

/** A pharmacy that has sent a purchase before. */
function pharmacy(scene: Scene): Institution {
  const institution = scene.found({ kind: 'pharmacy' })
  receives(scene, institution, scene.at('08:30', -1), [scene.traceCode(BOX)])
  return institution
}

/** Sold at ten in the morning, received so much later. */
function sold(scene: Scene, later: number, movement: Movement = {}) {
  const institution = pharmacy(scene)
  const code = scene.traceCode(BOX)
  scene.subject = code
  const sale = sells(scene, institution, scene.at('10:00'), [code])
  receives(scene, institution, scene.at('10:00') + later, [code], movement)
  return sale
}

/** So many packages that were bought the day before, and two more that were not, early enough to be missed. */
function missing(scene: Scene, ordinary: number) {
  scene.day = Math.max(2, Math.min(scene.day, scene.days - 12))
  const institution = scene.found({ kind: 'pharmacy' })
  const codes = Array.from({ length: ordinary }, () => scene.traceCode(BOX))
  receives(scene, institution, scene.at('09:00', -1), codes)
  for (let i = 0; i < ordinary; i += 4) sells(scene, institution, scene.at('09:00') + i * 3 * MINUTE, codes.slice(i, i + 4), true)
  const lost = [scene.traceCode(BOX), scene.traceCode(BOX)]
  scene.subject = lost[0]!
  return sells(scene, institution, scene.at('18:00'), lost)
}

export const MGT_20: Plant = {
  detector_id: 'MGT-20',
  items: [BOX],
  cases: [
    { name: 'bought-the-next-day', also: ALSO, history: 2, play: (scene) => void sold(scene, DAY) },
    { name: 'bought-in-the-afternoon', also: ALSO, history: 2, play: (scene) => void sold(scene, 5 * HOUR) },
    { name: 'never-bought', also: ALSO, history: 2, play: (scene) => void missing(scene, 24) },
    {
      name: 'taken-back',
      also: ALSO,
      history: 2,
      retract: true,
      play(scene) {
        scene.day = Math.max(2, Math.min(scene.day, scene.days - 12))
        const sale = sold(scene, DAY)
        scene.void(sale, scene.at('12:00', 6))
      },
    },
  ],
  decoys: [
    { name: 'bought-an-hour-later', history: 2, play: (scene) => void sold(scene, HOUR) },
    {
      name: 'bought-the-day-before',
      history: 2,
      play(scene) {
        const institution = scene.found({ kind: 'pharmacy' })
        const code = scene.traceCode(BOX)
        receives(scene, institution, scene.at('08:30', -1), [code], { inv_type: 'change', inv_chg_type: '110' })
        sells(scene, institution, scene.at('10:00'), [code])
      },
    },
    { name: 'never-bought-like-a-fifth-of-its-codes', history: 2, play: (scene) => void missing(scene, 8) },
    {
      name: 'a-pharmacy-that-sends-nothing',
      history: 2,
      play: (scene) => void sells(scene, scene.found({ kind: 'pharmacy' }), scene.at('10:00'), [scene.traceCode(BOX)]),
    },
  ],
}
