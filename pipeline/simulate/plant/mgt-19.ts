import { drug } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 追溯码与药品不符: the package that was scanned is not what was billed. */
const BILLED = drug({ serial: 21901, atc: 'C10AA', name: '瑞舒伐他汀钙片(样例)', price: 3200, pack_days: 14 })
const CHEAP = drug({ serial: 21902, atc: 'A11GA', name: '维生素C咀嚼片(样例)', price: 900, pack_days: 14 })
const UNSURE = drug({ serial: 21903, atc: 'N02BE', name: '对乙酰氨基酚缓释片(样例)', price: 1100, pack_days: 5 })

function sold(scene: Scene, lines: readonly LineSpec[]) {
  return scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.morning(), lines })
}

export const MGT_19: Plant = {
  detector_id: 'MGT-19',
  items: [BILLED, CHEAP, UNSURE],
  knowledge: () => [{ table: 'trace_product', id: UNSURE.trace_prefix!, row: { codes: [UNSURE.code], observations: 3 } }],
  cases: [
    { name: 'a-cheaper-box', play: (scene) => void sold(scene, [{ item: BILLED, codes: [scene.traceCode(CHEAP)] }]) },
    {
      name: 'one-line-of-two',
      play: (scene) => void sold(scene, [{ item: CHEAP }, { item: BILLED, codes: [scene.traceCode(CHEAP)] }]),
    },
    {
      name: 'at-a-hospital',
      play: (scene) => void scene.visitWith([{ item: CHEAP, codes: [scene.traceCode(BILLED)] }]),
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const sale = sold(scene, [{ item: BILLED, codes: [scene.traceCode(CHEAP)] }])
        scene.void(sale, sale.setl_time + 20 * 3600)
      },
    },
  ],
  decoys: [
    { name: 'what-it-says-on-the-box', play: (scene) => void sold(scene, [{ item: BILLED }, { item: CHEAP }]) },
    {
      name: 'a-mapping-seen-three-times',
      play: (scene) => void sold(scene, [{ item: BILLED, codes: [scene.traceCode(UNSURE)] }]),
    },
    {
      name: 'a-code-of-an-unknown-scheme',
      play: (scene) => void sold(scene, [{ item: BILLED, codes: [`99${scene.traceCode(CHEAP).slice(7)}`] }]),
    },
  ],
}
