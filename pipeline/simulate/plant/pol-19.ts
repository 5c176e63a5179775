import { distinct } from '../basket.ts'
import { HOUR } from '../calendar.ts'
import { ACUTE_DRUGS } from '../catalogue.ts'
import { LONG_AGO } from '../institution.ts'
import { drug, slice } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 无追溯码结算: packages that were sold without being scanned, at counters where nobody else buys. */
const GRANULES = {
  ...drug({ serial: 11901, atc: 'R05CB', name: '板蓝根配方颗粒(样例)', price: 1200, pack_days: 3 }),
  tags: ['granule'],
}
const SLICES = slice({ serial: 11902, name: '黄芪(无码样例)', price: 30 })
const OLD = drug({ serial: 11903, atc: 'A02BC', name: '老库存药品(样例)', price: 1700, pack_days: 7 })

const NO_CODES: readonly string[] = []

function counter(scene: Scene) {
  const pharmacy = scene.found({ kind: 'pharmacy' })
  scene.subject = pharmacy.code
  return pharmacy
}

function sell(scene: Scene, lines: readonly LineSpec[], institution = counter(scene), at = scene.morning()) {
  return scene.visit({ person: scene.person(), institution, at, lines })
}

const usual = (scene: Scene): LineSpec => ({ item: scene.random.pick(ACUTE_DRUGS) })

export const POL_19: Plant = {
  detector_id: 'POL-19',
  items: [GRANULES, SLICES, OLD],
  cases: [
    {
      name: 'one-line-without-a-code',
      play(scene) {
        const [one, other] = distinct(scene.random, ACUTE_DRUGS, 2)
        sell(scene, [{ item: one! }, { item: other!, codes: NO_CODES }])
      },
    },
    {
      name: 'one-code-for-three-packages',
      play(scene) {
        const item = scene.random.pick(ACUTE_DRUGS)
        sell(scene, [{ item, cnt: 3, prd_days: 9, codes: [scene.traceCode(item)] }])
      },
    },
    {
      name: 'every-second-sale-of-a-day',
      also: ['ANO-04'],
      play(scene) {
        const pharmacy = counter(scene)
        for (let i = 0; i < 8; i++) {
          const line = usual(scene)
          sell(scene, [i % 2 === 0 ? line : { ...line, codes: NO_CODES }], pharmacy, scene.at('09:00') + i * HOUR)
        }
      },
    },
    {
      name: 'a-whole-package-in-a-ward',
      play(scene) {
        const institution = scene.found({ kind: 'hospital' })
        scene.subject = institution.code
        const lines = [{ ...usual(scene), codes: NO_CODES, split: false, fields: { trdn_flag: '0' } }]
        scene.stay({ person: scene.person(), institution, from: scene.at('09:00'), to: scene.at('10:00', 3), lines })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const sale = sell(scene, [{ ...usual(scene), codes: NO_CODES }])
        scene.void(sale, sale.setl_time + 5 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'each-package-scanned', play: (scene) => void sell(scene, [{ ...usual(scene), cnt: 2, prd_days: 10 }]) },
    {
      name: 'granules-and-slices',
      play: (scene) =>
        void sell(scene, [
          { item: GRANULES, codes: NO_CODES },
          { item: SLICES, cnt: 20 },
        ]),
    },
    {
      name: 'bought-before-codes-existed',
      play(scene) {
        const pharmacy = counter(scene)
        scene.reference({ table: 'no_trace_stock', id: `${pharmacy.code}:${OLD.code}`, row: {}, effective_from: LONG_AGO })
        sell(scene, [{ item: OLD, codes: NO_CODES }], pharmacy)
      },
    },
    {
      name: 'out-of-an-opened-package-in-a-ward',
      play(scene) {
        const lines = [{ ...usual(scene), codes: NO_CODES }]
        scene.stayWith(lines, scene.at('09:00'), scene.at('10:00', 3))
      },
    },
  ],
}
