import { HOUR } from '../calendar.ts'
import { drug, type Item, itemRow } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { LineSpec } from '../script.ts'

/** 超说明书用量: a daily dose above the greatest one of the label. */
const PAIN = drug({ serial: 50201, atc: 'N02BA', name: '解热镇痛片(限每日2克样例)', price: 1200, pack_days: 5 })
const STOMACH = drug({ serial: 50202, atc: 'A02BD', name: '抑酸胶囊(限每日4粒样例)', price: 2600, pack_days: 7 })

const labelled = (item: Item, label: Record<string, unknown>) => ({
  ...{ table: 'item', id: item.code },
  row: { ...itemRow(item), ...label },
})

const dosed = (item: Item, sin_dos_dscr: string, used_frqu_dscr: string): LineSpec => ({
  item,
  fields: { sin_dos_dscr, used_frqu_dscr },
})

export const MED_02: Plant = {
  detector_id: 'MED-02',
  items: [PAIN, STOMACH],
  knowledge: () => [
    labelled(PAIN, { max_daily_dose: 2, dose_unit: 'g' }),
    labelled(STOMACH, { max_daily_dose: 4, dose_unit: '粒' }),
  ],
  cases: [
    { name: 'a-gram-every-eight-hours', play: (scene) => void scene.visitWith([dosed(PAIN, '1g', 'q8h')]) },
    { name: 'in-milligrams', play: (scene) => void scene.visitWith([dosed(PAIN, '每次750mg', '每日三次')]) },
    { name: 'in-capsules', play: (scene) => void scene.visitWith([dosed(STOMACH, '3粒', 'bid')]) },
    {
      name: 'at-a-pharmacy',
      play(scene) {
        const lines = [dosed(STOMACH, '2粒', '一日4次')]
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.morning(), lines })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const visit = scene.visitWith([dosed(PAIN, '2g', 'tid')])
        scene.void(visit, visit.setl_time + 2 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'the-greatest-dose', play: (scene) => void scene.visitWith([dosed(PAIN, '0.5g', 'qid')]) },
    { name: 'as-needed', play: (scene) => void scene.visitWith([dosed(PAIN, '1g', '必要时')]) },
    { name: 'free-text', play: (scene) => void scene.visitWith([dosed(STOMACH, '首次6粒，以后2粒', 'tid')]) },
    {
      name: 'other-words-for-the-greatest-dose',
      play: (scene) => void scene.visitWith([dosed(STOMACH, '2粒/次', '每12小时一次')]),
    },
  ],
}
