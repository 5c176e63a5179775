import { LONG_AGO } from '../institution.ts'
import { drug, type Item } from '../item.ts'
import type { Plant } from '../planting.ts'

/** 限医疗机构级别: paid at second- or third-level hospitals only. */
const INJECTION = drug({ serial: 11101, atc: 'L01CX', name: '艾迪注射液(限二级样例)', price: 4800, pack_days: 1 })
const ANTIBODY = drug({ serial: 11102, atc: 'L01FX', name: '单抗注射液(限三级样例)', price: 168_000, pack_days: 21, lv: '2' })

const from = (item: Item, min_level: string) => ({
  table: 'level_limit',
  id: `p11-${item.code}`,
  row: { code: item.code, min_level },
  effective_from: LONG_AGO,
})

export const POL_11: Plant = {
  detector_id: 'POL-11',
  items: [INJECTION, ANTIBODY],
  knowledge: () => [from(INJECTION, '2'), from(ANTIBODY, '3')],
  cases: [
    {
      name: 'at-a-first-level-hospital',
      play(scene) {
        const institution = scene.found({ kind: 'hospital', level: '1' })
        scene.visit({ person: scene.person(), institution, at: scene.morning(), lines: [{ item: INJECTION, cnt: 2 }] })
      },
    },
    {
      name: 'at-an-unrated-clinic',
      play(scene) {
        const institution = scene.found({ kind: 'clinic', level: '0' })
        scene.visit({ person: scene.person(), institution, at: scene.morning(), lines: [{ item: INJECTION }] })
      },
    },
    {
      name: 'in-a-ward-of-the-second-level',
      play(scene) {
        const institution = scene.found({ kind: 'hospital', level: '2' })
        const lines = [{ item: ANTIBODY }]
        scene.stay({ person: scene.person(), institution, from: scene.at('09:00'), to: scene.at('10:00', 4), lines })
      },
    },
    {
      name: 'a-prescription-from-a-small-hospital',
      play(scene) {
        const doctor = scene.found({ kind: 'hospital', level: '1' }).outpatient[0]!
        const lines = [{ item: INJECTION, doctor, fields: { rx_circ_flag: '1' } }]
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.morning(), lines })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const [at, institution] = [scene.morning(), scene.found({ kind: 'hospital', level: '1' })]
        scene.void(scene.visit({ person: scene.person(), institution, at, lines: [{ item: INJECTION }] }), at + 5 * 3600)
      },
    },
  ],
  decoys: [
    {
      name: 'at-the-level-itself',
      play(scene) {
        const institution = scene.found({ kind: 'hospital', level: '2' })
        scene.visit({ person: scene.person(), institution, at: scene.morning(), lines: [{ item: INJECTION }] })
      },
    },
    {
      name: 'at-the-third-level',
      play(scene) {
        const institution = scene.found({ kind: 'hospital', level: '3' })
        scene.visit({
          person: scene.person(),
          institution,
          at: scene.morning(),
          // Negotiated, and dear by nature.
          lines: [{ item: INJECTION }, { item: ANTIBODY, fields: { hi_nego_drug_flag: '1' } }],
        })
      },
    },
    {
      name: 'a-prescription-from-a-large-hospital',
      play(scene) {
        const doctor = scene.found({ kind: 'hospital', level: '3' }).outpatient[0]!
        const lines = [{ item: ANTIBODY, prd_days: 21, doctor, fields: { rx_circ_flag: '1' } }]
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.morning(), lines })
      },
    },
    {
      name: 'nobody-knows-the-level',
      play(scene) {
        const lines = [{ item: INJECTION }]
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.morning(), lines })
      },
    },
  ],
}
