import { HOUR, MINUTE } from '../calendar.ts'
import { ACUTE_DRUGS } from '../catalogue.ts'
import type { Institution } from '../institution.ts'
import { type Item, patentMedicine, service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 集中刷卡(同额聚集): many small settlements of one amount, of whole hundreds, or of one basket on one day. */
const ALSO = ['ANO-08', 'ANO-10', 'ANO-13', 'MGT-24']
const LARGE_RUN = 20_000
const TONIC = patentMedicine({ serial: 30_401, family: 'B03BA', name: '滋补口服液(样例)', price: 19_800, pack_days: 14 })
const HUNDRED = patentMedicine({ serial: 30_402, family: 'B03BB', name: '养生丸(样例)', price: 10_000, pack_days: 7 })
const DEAR = patentMedicine({ serial: 30_403, family: 'B03BC', name: '贵细胶囊(样例)', price: 62_000, pack_days: 14 })
const VACCINE = service({
  serial: 30_404,
  type: '05',
  name: '流感疫苗接种(样例)',
  price: 8800,
  tags: ['vaccination', 'fixed_price'],
})

/** Different people buy one after another, every eight minutes. */
function sells(scene: Scene, institution: Institution, baskets: readonly (readonly LineSpec[])[]) {
  scene.subject = institution.code
  return baskets.map((lines, i) =>
    scene.visit({
      ...{ person: scene.person({ row: false }), institution, at: scene.at('08:30') + i * 8 * MINUTE },
      ...{ ordinary: false, lines },
    }),
  )
}

const shop = (scene: Scene) => scene.found({ kind: 'pharmacy' })
const times = <T>(count: number, of: (i: number) => T) => Array.from({ length: count }, (_, i) => of(i))
const one = (item: Item, cnt = 1): LineSpec[] => [{ item, cnt }]
/** No two of them cost the same. */
const others = (count: number) =>
  times(count, (i) => [
    { item: ACUTE_DRUGS[i % ACUTE_DRUGS.length]!, pric: 300 + Math.floor(i / ACUTE_DRUGS.length) + 2 * (i % 44) },
  ])

export const ANO_04: Plant = {
  detector_id: 'ANO-04',
  items: [TONIC, HUNDRED, DEAR, VACCINE],
  cases: [
    {
      name: 'a-dozen-of-one-amount',
      also: ALSO,
      play: (scene) =>
        void sells(
          scene,
          shop(scene),
          times(12, () => one(TONIC)),
        ),
    },
    {
      name: 'whole-hundreds',
      also: ALSO,
      play(scene) {
        const hundreds = times(14, (i) => one(HUNDRED, 1 + (i % 4)))
        sells(scene, shop(scene), [...hundreds, ...others(17)])
      },
    },
    {
      name: 'ten-at-a-clinic',
      also: ALSO,
      play: (scene) =>
        void sells(scene, scene.found({ kind: 'clinic', level: '1' }), [...times(10, () => one(TONIC, 2)), ...others(30)]),
    },
    {
      name: 'one-of-ten-taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const sold = sells(
          scene,
          shop(scene),
          times(10, () => one(TONIC)),
        )
        scene.void(sold[3]!, sold[3]!.setl_time + 52 * HOUR)
      },
    },
  ],
  decoys: [
    {
      name: 'nine-of-one-amount',
      play: (scene) =>
        void sells(
          scene,
          shop(scene),
          times(9, () => one(TONIC)),
        ),
    },
    {
      name: 'a-vaccination-day',
      play: (scene) =>
        void sells(
          scene,
          scene.found({ kind: 'clinic', level: '1' }),
          times(12, () => one(VACCINE)),
        ),
    },
    {
      name: 'dear-ones',
      play: (scene) =>
        void sells(
          scene,
          shop(scene),
          times(11, () => one(DEAR)),
        ),
    },
    {
      name: 'nine-among-many',
      leastSettlements: LARGE_RUN,
      play: (scene) => void sells(scene, shop(scene), [...times(9, () => one(HUNDRED, 2)), ...others(50)]),
    },
  ],
}
