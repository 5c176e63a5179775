import { HOUR } from '../calendar.ts'
import { type Item, slice } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { LineSpec } from '../script.ts'

/** 中药饮片超大处方: more than 25 slices, or more than 500 grams a dose. Seven doses of each prescription. */
const DOSES = 7
const SLICES = Array.from({ length: 30 }, (_, i) => slice({ serial: 51_201 + i, name: `饮片${i + 1}(样例)`, price: 3 + (i % 5) }))
const GRANULES = Array.from({ length: 28 }, (_, i) =>
  slice({ serial: 51_251 + i, name: `配方颗粒${i + 1}(样例)`, price: 6 + (i % 5), tags: ['granule'] }),
)

/** So many grams of each slice in a dose. */
const compound = (items: readonly Item[], grams: number, fields: Record<string, unknown> = {}): LineSpec[] =>
  items.map((item) => ({ item, cnt: grams * DOSES, rxno: 'R5', fields: { prd_days: DOSES, ...fields } }))

export const MED_12: Plant = {
  detector_id: 'MED-12',
  items: [...SLICES, ...GRANULES],
  cases: [
    { name: 'twenty-six-slices', play: (scene) => void scene.visitWith(compound(SLICES.slice(0, 26), 6)) },
    { name: 'thirty-slices', play: (scene) => void scene.visitWith(compound(SLICES, 9)) },
    { name: 'six-hundred-grams-a-dose', play: (scene) => void scene.visitWith(compound(SLICES.slice(0, 20), 30)) },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const visit = scene.visitWith(compound(SLICES, 7))
        scene.void(visit, visit.setl_time + 4 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'twenty-five-slices', play: (scene) => void scene.visitWith(compound(SLICES.slice(0, 25), 10)) },
    { name: 'five-hundred-grams-a-dose', play: (scene) => void scene.visitWith(compound(SLICES.slice(0, 20), 25)) },
    { name: 'granules', play: (scene) => void scene.visitWith(compound(GRANULES, 10)) },
    {
      name: 'for-the-skin',
      play: (scene) => void scene.visitWith(compound(SLICES.slice(0, 27), 20, { used_frqu_dscr: '外洗，每日一次' })),
    },
  ],
}
