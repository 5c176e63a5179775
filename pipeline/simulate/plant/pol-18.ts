import { HOUR, MINUTE } from '../calendar.ts'
import { FAR_AHEAD, LONG_AGO } from '../institution.ts'
import { drug, type Item } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 未按要求使用集采: what was not selected instead of what was, or the selected product above its price. */
const procured = (serial: number, name: string, price: number) => {
  return {
    ...drug({ serial, atc: 'C10AA', name, price, pack_days: 7, generic: '瑞舒伐他汀钙片(样例)' }),
    vbp_group: 'p18-statin',
  }
}
const CHOSEN = procured(11801, '瑞舒伐他汀钙片(中选样例)', 1000)
const OTHER = procured(11802, '瑞舒伐他汀钙片(非中选样例)', 3200)
/** A group whose contract has not begun yet. */
const NEW = { ...procured(11803, '缬沙坦片(新中选样例)', 900), generic: '缬沙坦片(样例)', vbp_group: 'p18-new' }
const OLD = { ...procured(11804, '缬沙坦片(原中选样例)', 1900), generic: '缬沙坦片(样例)', vbp_group: 'p18-new' }

const ALSO = ['ANO-04', 'ANO-08', 'ANO-11', 'MED-07']

/** Sales of one day at a hospital where nobody else goes, so many packages each. */
function sales(scene: Scene, sold: readonly (readonly [item: Item, cnt: number, pric?: number])[]) {
  const institution = scene.found({ kind: 'hospital' })
  scene.subject = institution.code
  return sold.map(([item, cnt, pric = item.price], i) =>
    scene.visit({
      person: scene.person(),
      institution,
      at: scene.at('08:30') + i * 25 * MINUTE,
      lines: [{ item, cnt, pric, prd_days: 7 * cnt }],
    }),
  )
}

const times = (n: number, sale: readonly [item: Item, cnt: number, pric?: number]) => Array.from({ length: n }, () => sale)

export const POL_18: Plant = {
  detector_id: 'POL-18',
  items: [CHOSEN, OTHER, NEW, OLD],
  knowledge: ({ region }) => [
    {
      table: 'vbp',
      id: 'p18-statin',
      row: { selected: [{ code: CHOSEN.code, price: 10, from: LONG_AGO, to: FAR_AHEAD }] },
      effective_from: LONG_AGO,
    },
    {
      table: 'vbp',
      id: 'p18-new',
      row: { selected: [{ code: NEW.code, price: 9, from: region.calendar.day(500), to: FAR_AHEAD }] },
      effective_from: LONG_AGO,
    },
  ],
  cases: [
    { name: 'nearly-always-another', also: ALSO, play: (scene) => void sales(scene, [...times(9, [OTHER, 4]), [CHOSEN, 3]]) },
    {
      name: 'two-fifths-others',
      also: ALSO,
      play: (scene) => void sales(scene, [...times(4, [OTHER, 4]), ...times(6, [CHOSEN, 4])]),
    },
    { name: 'above-the-selected-price', also: ALSO, play: (scene) => void sales(scene, [[CHOSEN, 2, 1080]]) },
    {
      name: 'one-sale-of-the-other-taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const [first] = sales(scene, [...times(4, [OTHER, 4]), ...times(8, [CHOSEN, 4])])
        scene.void(first!, first!.setl_time + 9 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'a-quarter-others', play: (scene) => void sales(scene, [...times(3, [OTHER, 4]), ...times(9, [CHOSEN, 4])]) },
    { name: 'too-few-to-tell', play: (scene) => void sales(scene, times(7, [OTHER, 4])) },
    { name: 'at-the-selected-price', play: (scene) => void sales(scene, times(10, [CHOSEN, 4])) },
    { name: 'before-the-contract', play: (scene) => void sales(scene, [...times(9, [OLD, 4]), [NEW, 1]]) },
  ],
}
