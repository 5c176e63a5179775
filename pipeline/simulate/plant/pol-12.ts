import { LONG_AGO } from '../institution.ts'
import { drug, type Item } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 限险种: paid by the insurance for work injuries or for maternity only. */
const INJURY = drug({ serial: 11201, atc: 'N06BX', name: '神经损伤用药(限工伤样例)', price: 5200, pack_days: 5 })
const BIRTH = drug({ serial: 11202, atc: 'G02CX', name: '保胎药(限生育样例)', price: 3600, pack_days: 7 })

const by = (item: Item, insutypes: string[]) => ({
  table: 'insutype_limit',
  id: `p12-${item.code}`,
  row: { code: item.code, insutypes },
  effective_from: LONG_AGO,
})

const visit = (scene: Scene, item: Item, insutype: string, med_type = '11') =>
  scene.visit({
    person: scene.person({ gend: '2' }),
    institution: scene.hospital(),
    at: scene.morning(),
    med_type,
    lines: [{ item }],
    fields: { insutype },
  })

export const POL_12: Plant = {
  detector_id: 'POL-12',
  items: [INJURY, BIRTH],
  knowledge: () => [by(INJURY, ['410']), by(BIRTH, ['510'])],
  cases: [
    { name: 'a-work-injury-under-the-employees-scheme', also: ['MGT-23'], play: (scene) => void visit(scene, INJURY, '310') },
    { name: 'a-work-injury-of-a-resident', also: ['MGT-23'], play: (scene) => void visit(scene, INJURY, '390') },
    { name: 'maternity-drug-in-an-ordinary-visit', also: ['MGT-23'], play: (scene) => void visit(scene, BIRTH, '310') },
    { name: 'maternity-drug-of-a-resident', also: ['MGT-23'], play: (scene) => void visit(scene, BIRTH, '390', '51') },
    {
      name: 'taken-back',
      retract: true,
      also: ['MGT-23'],
      play(scene) {
        const first = visit(scene, INJURY, '310')
        scene.void(first, first.setl_time + 5 * 3600)
      },
    },
  ],
  decoys: [
    { name: 'under-the-right-insurance', play: (scene) => void visit(scene, INJURY, '410') },
    { name: 'maternity-care-of-an-employee', play: (scene) => void visit(scene, BIRTH, '310', '51') },
    { name: 'under-maternity-insurance', play: (scene) => void visit(scene, BIRTH, '510', '51') },
  ],
}
