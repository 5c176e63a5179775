import { HOUR } from '../calendar.ts'
import { drug } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 倒卖药品倾向: one drug at many institutions, more than anybody takes, mostly such as are resold. */
const ALSO = ['POL-14', 'MED-01', 'MGT-09', 'MGT-10', 'ANO-02', 'ANO-10', 'ANO-19', 'MED-12']
const SOUGHT = drug({ serial: 30_901, atc: 'C10AX', name: '降脂胶囊(样例)', price: 3800, pack_days: 30 })
const PLAIN = drug({ serial: 30_902, atc: 'A11GB', name: '维生素片(样例)', price: 900, pack_days: 30 })

interface Tour {
  readonly shops: number
  readonly fills: number
  readonly days?: number
  readonly item?: typeof SOUGHT
}

/** One box after another, every few days, at one pharmacy after another. */
function tours(scene: Scene, { shops, fills, days = 30, item = SOUGHT }: Tour) {
  const person = scene.person()
  scene.subject = person.psn_no
  const places = Array.from({ length: shops }, () => scene.found({ kind: 'pharmacy' }))
  return Array.from({ length: fills }, (_, i) =>
    scene.visit({
      ...{ person, institution: places[i % shops]!, at: scene.at('10:10', -4 * (fills - 1 - i)) + scene.random.below(HOUR) },
      lines: [{ item, prd_days: days }],
    }),
  )
}

const history = 32

export const ANO_09: Plant = {
  detector_id: 'ANO-09',
  items: [SOUGHT, PLAIN],
  knowledge: () => [{ table: 'watch_list', id: `watched-${SOUGHT.code}`, row: { code: SOUGHT.code, reason: '易倒卖药品' } }],
  cases: [
    { name: 'six-pharmacies', also: ALSO, history, play: (scene) => void tours(scene, { shops: 6, fills: 6 }) },
    { name: 'seven-pharmacies', also: ALSO, history, play: (scene) => void tours(scene, { shops: 7, fills: 8 }) },
    { name: 'small-boxes', also: ALSO, history, play: (scene) => void tours(scene, { shops: 6, fills: 8, days: 23 }) },
    {
      name: 'one-of-six-taken-back',
      retract: true,
      also: ALSO,
      history,
      play(scene) {
        const filled = tours(scene, { shops: 6, fills: 6 })
        scene.void(filled.at(-1)!, filled.at(-1)!.setl_time + 7 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'half-the-days', history, play: (scene) => void tours(scene, { shops: 6, fills: 8, days: 4 }) },
    { name: 'one-pharmacy', history, play: (scene) => void tours(scene, { shops: 1, fills: 8, days: 4 }) },
    { name: 'nothing-that-is-resold', history, play: (scene) => void tours(scene, { shops: 6, fills: 7, days: 4, item: PLAIN }) },
  ],
}
