import { ACUTE_DRUGS } from '../catalogue.ts'
import { type Agreement, type Doctor, doctorRow, FAR_AHEAD, LONG_AGO } from '../institution.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 支付资格异常人员开单. */
type Status = readonly { readonly from: string; readonly to: string; readonly status: string }[]

const suspension = (scene: Scene): Status => [
  { from: LONG_AGO, to: FAR_AHEAD, status: 'active' } satisfies Agreement,
  { from: scene.date(-2), to: scene.date(2), status: 'suspended' } satisfies Agreement,
]

function hired(scene: Scene, institutions: readonly string[], status: Status): Doctor {
  const doctor = scene.hire(institutions)
  scene.reference({ table: 'doctor', id: doctor.code, row: { ...doctorRow(doctor), status } })
  return doctor
}

function treats(scene: Scene, status: Status, later = 0, med_type = '11') {
  const institution = scene.hospital()
  const doctor = hired(scene, [institution.code], status)
  return scene.visit({ person: scene.person(), institution, at: scene.at('10:20', later), doctor, med_type })
}

/** One line of the doctor among those of a colleague. */
function orders(scene: Scene, doctor: Doctor, fields: Readonly<Record<string, string>> = {}) {
  const lines = [{ item: scene.random.pick(ACUTE_DRUGS), doctor, fields }]
  scene.visitWith(lines)
}

export const MGT_17: Plant = {
  detector_id: 'MGT-17',
  cases: [
    { name: 'suspended', play: (scene) => void treats(scene, suspension(scene)) },
    {
      name: 'excluded-for-good',
      play: (scene) => void treats(scene, [{ from: scene.date(-20), to: FAR_AHEAD, status: 'terminated' }]),
    },
    {
      name: 'registered-elsewhere',
      play: (scene) => orders(scene, hired(scene, [scene.found({ kind: 'clinic' }).code], [])),
    },
    {
      name: 'a-prescription-of-a-suspended-doctor',
      play(scene) {
        const doctor = hired(scene, [scene.hospital().code], suspension(scene))
        const lines = [{ item: scene.random.pick(ACUTE_DRUGS), doctor, fields: { rx_circ_flag: '1' } }]
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.morning(), lines })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const visit = treats(scene, suspension(scene))
        scene.void(visit, visit.setl_time + 20 * 3600)
      },
    },
  ],
  decoys: [
    { name: 'before-the-suspension', play: (scene) => void treats(scene, suspension(scene), -3) },
    { name: 'after-the-suspension', play: (scene) => void treats(scene, suspension(scene), 3) },
    { name: 'an-emergency', play: (scene) => void treats(scene, suspension(scene), 0, '13') },
    {
      name: 'a-prescription-filled-outside',
      play(scene) {
        const lines = [
          { item: scene.random.pick(ACUTE_DRUGS), doctor: scene.hospital().outpatient[0]!, fields: { rx_circ_flag: '1' } },
        ]
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.morning(), lines })
      },
    },
  ],
}
