import { LONG_AGO } from '../institution.ts'
import { drug, type Item } from '../item.ts'
import type { Plant } from '../planting.ts'

/** 限就医方式: paid in wards only, in day surgery too, or never over the internet. */
const NUTRITION = drug({ serial: 11001, atc: 'B05BA', name: '肠外营养液(限住院样例)', price: 14_000, pack_days: 1, lv: '2' })
const SEDATIVE = drug({ serial: 11002, atc: 'N05BA', name: '地西泮片(限线下样例)', price: 900, pack_days: 7 })
const MORPHINE = {
  ...drug({ serial: 11003, atc: 'N02AA', name: '硫酸吗啡片(麻醉药品样例)', price: 2600, pack_days: 3 }),
  tags: ['narcotic'],
}

const mode = (item: Item, row: Record<string, unknown>) => ({
  table: 'care_mode',
  id: `p10-${item.code}`,
  row: { code: item.code, ...row },
  effective_from: LONG_AGO,
})

export const POL_10: Plant = {
  detector_id: 'POL-10',
  items: [NUTRITION, SEDATIVE, MORPHINE],
  knowledge: () => [
    mode(NUTRITION, { med_classes: ['IPT', 'MAT_IPT', 'DAYSURG'] }),
    mode(SEDATIVE, { med_classes: ['OP', 'ER', 'IPT'], internet_ok: false }),
  ],
  cases: [
    {
      name: 'for-wards-but-given-to-an-outpatient',
      play(scene) {
        const lines = [{ item: NUTRITION, cnt: 2 }]
        scene.visitWith(lines)
      },
    },
    {
      name: 'sold-at-a-pharmacy',
      play(scene) {
        const lines = [{ item: SEDATIVE }]
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.morning(), lines })
      },
    },
    {
      name: 'over-the-internet',
      play(scene) {
        const institution = scene.found({ kind: 'hospital', is_internet: true })
        scene.visit({ person: scene.person(), institution, at: scene.morning(), lines: [{ item: SEDATIVE }] })
      },
    },
    {
      name: 'a-narcotic-over-the-internet',
      play(scene) {
        const institution = scene.found({ kind: 'hospital', is_internet: true })
        scene.visit({ person: scene.person(), institution, at: scene.morning(), lines: [{ item: MORPHINE }] })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const at = scene.morning()
        const lines = [{ item: NUTRITION }]
        scene.void(scene.visit({ person: scene.person(), institution: scene.hospital(), at, lines }), at + 5 * 3600)
      },
    },
  ],
  decoys: [
    {
      name: 'in-a-ward',
      play(scene) {
        const [from, to] = [scene.at('09:00'), scene.at('10:00', 3)]
        scene.stay({ person: scene.person(), institution: scene.hospital(), from, to, lines: [{ item: NUTRITION, cnt: 2 }] })
      },
    },
    {
      name: 'at-the-counter-of-a-hospital',
      play(scene) {
        const lines = [{ item: SEDATIVE }, { item: MORPHINE }]
        scene.visitWith(lines)
      },
    },
    {
      name: 'paid-by-the-person',
      play(scene) {
        const lines = [{ item: NUTRITION, own: true as const }]
        scene.visitWith(lines)
      },
    },
    {
      name: 'ordinary-medicine-over-the-internet',
      play(scene) {
        scene.visit({
          person: scene.person(),
          institution: scene.found({ kind: 'hospital', is_internet: true }),
          at: scene.morning(),
        })
      },
    },
  ],
}
