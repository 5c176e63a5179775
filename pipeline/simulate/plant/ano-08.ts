import { DAY, HOUR, MINUTE } from '../calendar.ts'
import { drug, type Item, service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec, VisitSpec } from '../script.ts'

/** 批量同质处方: the same lines for many persons on one day at one institution. */
const ALSO = ['ANO-04', 'ANO-10', 'ANO-13', 'MED-06']
const TESTS: readonly Item[] = ['甲', '乙', '丙', '丁', '戊'].map((name, i) =>
  service({ serial: 30_801 + i, type: '04', name: `组合检测${name}(样例)`, price: 15_100 + 100 * i }),
)
const PILL = drug({ serial: 30_811, atc: 'A05AX', name: '护肝片(样例)', price: 2600, pack_days: 7 })
const DIALYSIS = service({ serial: 30_812, type: '05', name: '血液透析(样例)', price: 40_000, tags: ['hemodialysis'] })
const CHECK_UP = { code: 'Z00.000', name: '一般体检', drg: '' }
const KIDNEY = { code: 'N18.600', name: '慢性肾脏病5期', drg: '' }

const BASKET: readonly LineSpec[] = [...TESTS.slice(0, 4).map((item) => ({ item })), { item: PILL, cnt: 1 }]

/** So many different persons with the lines, every quarter of an hour. */
function clones(scene: Scene, count: number, lines: readonly LineSpec[], more: Partial<VisitSpec> = {}) {
  const institution = scene.found({ kind: 'clinic', level: '1' })
  scene.subject = institution.code
  return Array.from({ length: count }, (_, i) =>
    scene.visit({
      ...{ person: scene.person({ row: false }), institution, at: scene.at('08:20') + i * 15 * MINUTE },
      ...{ ordinary: false, lines, ...more },
    }),
  )
}

export const ANO_08: Plant = {
  detector_id: 'ANO-08',
  items: [...TESTS, PILL, DIALYSIS],
  cases: [
    { name: 'sixteen-persons', also: ALSO, play: (scene) => void clones(scene, 16, BASKET) },
    { name: 'four-lines-each', also: ALSO, play: (scene) => void clones(scene, 15, BASKET.slice(0, 4)) },
    { name: 'in-another-order', also: ALSO, play: (scene) => void clones(scene, 18, BASKET.toReversed()) },
    {
      name: 'one-of-fifteen-taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const cloned = clones(scene, 15, BASKET)
        scene.void(cloned[6]!, cloned[6]!.setl_time + DAY + 3 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'fourteen-persons', play: (scene) => void clones(scene, 14, BASKET) },
    { name: 'a-check-up', play: (scene) => void clones(scene, 16, BASKET.slice(0, 4), { diagnoses: [CHECK_UP] }) },
    {
      name: 'dialysis',
      play: (scene) => {
        const lines = [{ item: DIALYSIS }, ...TESTS.slice(1, 4).map((item) => ({ item }))]
        clones(scene, 15, lines, { diagnoses: [KIDNEY] })
      },
    },
    {
      name: 'three-dear-lines',
      play: (scene) => void clones(scene, 15, [{ item: TESTS[0]!, cnt: 2 }, { item: TESTS[2]! }, { item: TESTS[4]! }]),
    },
  ],
}
