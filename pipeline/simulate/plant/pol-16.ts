import { LONG_AGO } from '../institution.ts'
import { type Item, slice } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { LineSpec } from '../script.ts'

/** 中药饮片不予支付: some are never paid, some not alone. */
const GLUE = slice({ serial: 11601, name: '阿胶(样例)', price: 310 })
const CLOVE = slice({ serial: 11602, name: '丁香(样例)', price: 42 })
const STAR = slice({ serial: 11603, name: '八角茴香(样例)', price: 28 })
const [LIQUORICE, ANGELICA, POACHED] = ['甘草(样例)', '当归(样例)', '白芍(样例)'].map((name, i) =>
  slice({ serial: 11604 + i, name, price: 20 + 7 * i }),
) as [Item, Item, Item]

const unpaid = (item: Item, mode: 'ANY' | 'SINGLE') => ({
  table: 'herbal_unpaid',
  id: item.code,
  row: { code: item.code, mode },
  effective_from: LONG_AGO,
})

const grams = (item: Item, rxno = 'R7'): LineSpec => ({ item, cnt: 12, rxno })

export const POL_16: Plant = {
  detector_id: 'POL-16',
  items: [GLUE, CLOVE, STAR, LIQUORICE, ANGELICA, POACHED],
  knowledge: () => [unpaid(GLUE, 'ANY'), unpaid(CLOVE, 'SINGLE'), unpaid(STAR, 'SINGLE')],
  cases: [
    { name: 'never-paid-in-a-compound', play: (scene) => void scene.visitWith([grams(LIQUORICE), grams(ANGELICA), grams(GLUE)]) },
    { name: 'alone', play: (scene) => void scene.visitWith([grams(CLOVE)]) },
    { name: 'among-its-like', play: (scene) => void scene.visitWith([grams(CLOVE), grams(STAR)]) },
    { name: 'in-a-prescription-of-its-own', play: (scene) => void scene.visitWith([grams(CLOVE), grams(ANGELICA, 'R8')]) },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const first = scene.visitWith([grams(GLUE)])
        scene.void(first, first.setl_time + 5 * 3600)
      },
    },
  ],
  decoys: [
    { name: 'in-a-compound', play: (scene) => void scene.visitWith([grams(CLOVE), grams(LIQUORICE), grams(POACHED)]) },
    { name: 'paid-by-the-person', play: (scene) => void scene.visitWith([{ ...grams(GLUE), own: true }]) },
    { name: 'ordinary-slices', play: (scene) => void scene.visitWith([grams(LIQUORICE), grams(ANGELICA)]) },
  ],
}
