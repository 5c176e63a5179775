import { HOUR, MINUTE } from '../calendar.ts'
import type { Diagnosis } from '../diagnosis.ts'
import { service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { VisitSpec } from '../script.ts'

/** 频繁门诊. */
const KIDNEY_FAILURE: Diagnosis = { code: 'N18.900', name: '慢性肾脏病', drg: '' }
const PHYSIO = service({ serial: 20902, type: '05', name: '运动疗法(样例)', price: 4200, tags: ['physio'] })
const ALSO = ['MGT-01', 'ANO-02', 'ANO-10', 'MED-01', 'POL-14']

/** Visits of one person, an hour and a half apart, each with a doctor of its own. */
function visits(scene: Scene, perDay: readonly number[], more: (n: number) => Partial<VisitSpec> = () => ({})) {
  const person = scene.person()
  scene.subject = person.psn_no
  const institution = scene.found({ kind: 'hospital' })
  let n = 0
  return perDay.flatMap((count, later) =>
    Array.from({ length: count }, (_, i) => {
      const doctor = scene.hire([institution.code])
      return scene.visit({ person, institution, at: scene.at('08:40', later) + i * 1.5 * HOUR, doctor, ...more(n++) })
    }),
  )
}

export const MGT_09: Plant = {
  detector_id: 'MGT-09',
  items: [PHYSIO],
  cases: [
    { name: 'five-in-a-day', also: ALSO, play: (scene) => void visits(scene, [5]) },
    { name: 'sixteen-in-a-week', also: ALSO, play: (scene) => void visits(scene, [4, 4, 4, 4]) },
    { name: 'chronic-and-emergency', also: ALSO, play: (scene) => void visits(scene, [6], () => ({ med_type: '13' })) },
    {
      name: 'one-of-five-taken-back',
      also: ALSO,
      retract: true,
      play(scene) {
        const [, second] = visits(scene, [5])
        scene.void(second!, scene.at('20:00'))
      },
    },
  ],
  decoys: [
    { name: 'four-in-a-day', play: (scene) => void visits(scene, [4]) },
    { name: 'fifteen-in-a-week', play: (scene) => void visits(scene, [4, 4, 4, 3]) },
    {
      name: 'settled-by-department',
      play(scene) {
        const [first] = visits(scene, [1])
        const { person, institution, mdtrt_id } = first!
        for (let i = 1; i <= 5; i++)
          scene.visit({
            person,
            institution,
            mdtrt_id,
            at: first!.setl_time + 12 * i * MINUTE,
            doctor: scene.hire([institution.code]),
          })
      },
    },
    {
      name: 'physiotherapy-twice-a-day',
      play: (scene) =>
        void visits(scene, [2, 2, 2, 2, 2, 3, 3], (n) => ({
          ordinary: false,
          lines: [{ item: PHYSIO, pric: PHYSIO.price + 10 * n }],
        })),
    },
    {
      name: 'one-doctor-before-and-after-the-hour',
      play(scene) {
        const [person, institution] = [scene.person(), scene.found({ kind: 'hospital' })]
        scene.subject = person.psn_no
        const doctor = scene.hire([institution.code])
        for (const time of ['08:54', '09:12']) scene.visit({ person, institution, at: scene.at(time), doctor })
        for (const time of ['11:00', '13:30', '16:00'])
          scene.visit({ person, institution, at: scene.at(time), doctor: scene.hire([institution.code]) })
      },
    },
    { name: 'kidney-failure', play: (scene) => void visits(scene, [5], () => ({ diagnoses: [KIDNEY_FAILURE] })) },
  ],
}
