import { MINUTE } from '../calendar.ts'
import { ACUTE_DRUGS, CONSULTATION, TREATMENTS } from '../catalogue.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { VisitSpec } from '../script.ts'

/** 结算/明细信息异常. */
const ALSO = ['ANO-05', 'ANO-13', 'MGT-24']

/** A day of one hospital: ordinary visits without tests, and some that say otherwise. */
function day(scene: Scene, ordinary: number, faulty: number, fault: Partial<VisitSpec>) {
  const institution = scene.found({ kind: 'hospital' })
  scene.subject = institution.code
  const doctors = [0, 1, 2, 3].map(() => scene.hire([institution.code]))
  const seen = (i: number, more: Partial<VisitSpec>) => {
    const at = scene.at('08:00') + i * 9 * MINUTE
    const items = [CONSULTATION, scene.random.pick(TREATMENTS), scene.random.pick(ACUTE_DRUGS)]
    const lines = items.map((item) => ({ item }))
    return scene.visit({ person: scene.person(), institution, at, doctor: doctors[i % 4]!, ordinary: false, lines, ...more })
  }
  for (let i = 0; i < ordinary; i++) seen(i, { aside: true })
  return Array.from({ length: faulty }, (_, i) => seen(ordinary + i, fault))
}

export const MGT_15: Plant = {
  detector_id: 'MGT-15',
  cases: [
    { name: 'no-diagnosis', also: ALSO, play: (scene) => void day(scene, 48, 6, { diagnoses: [] }) },
    {
      name: 'amounts-that-do-not-add-up',
      also: ALSO,
      play: (scene) => void day(scene, 46, 5, { fields: { psn_part_amt: 0.5 } }),
    },
    {
      name: 'an-insurance-that-nobody-knows',
      also: ALSO,
      play: (scene) => void day(scene, 47, 4, { fields: { insutype: '777' } }),
    },
    {
      name: 'taken-back',
      also: ALSO,
      retract: true,
      play(scene) {
        const visits = day(scene, 52, 4, { diagnoses: [] })
        for (const visit of visits.slice(0, 2)) scene.void(visit, scene.at('12:00', 5))
      },
    },
  ],
  decoys: [
    { name: 'two-of-fifty-two', play: (scene) => void day(scene, 50, 2, { diagnoses: [] }) },
    { name: 'a-small-day', play: (scene) => void day(scene, 30, 12, { diagnoses: [] }) },
  ],
}
