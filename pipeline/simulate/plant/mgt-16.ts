import { ACUTE_DRUGS } from '../catalogue.ts'
import { type Agreement, FAR_AHEAD, type Institution, LONG_AGO } from '../institution.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 暂停/解除协议期间结算. */
/** Suspended from two days before the scene's day to three days after it. */
const suspension = (scene: Scene): Agreement[] => [
  { from: LONG_AGO, to: scene.date(-3), status: 'active' },
  { from: scene.date(-2), to: scene.date(3), status: 'suspended' },
  { from: scene.date(4), to: FAR_AHEAD, status: 'active' },
]

function buys(scene: Scene, institution: Institution, at = scene.morning()) {
  return scene.visit({ person: scene.person(), institution, at, lines: [{ item: scene.random.pick(ACUTE_DRUGS) }] })
}

/** A purchase at a pharmacy on an outside prescription of a hospital. */
function fills(scene: Scene, pharmacy: Institution, hospital: Institution) {
  const doctor = hospital.outpatient[0]!
  const lines = [{ item: scene.random.pick(ACUTE_DRUGS), doctor, fields: { rx_circ_flag: '1' } }]
  scene.visit({ person: scene.person(), institution: pharmacy, at: scene.morning(), lines })
}

export const MGT_16: Plant = {
  detector_id: 'MGT-16',
  cases: [
    {
      name: 'a-suspended-pharmacy',
      play: (scene) => void buys(scene, scene.found({ kind: 'pharmacy', agreement: suspension(scene) })),
    },
    {
      name: 'a-suspended-hospital',
      play: (scene) =>
        void scene.visit({
          person: scene.person(),
          institution: scene.found({ kind: 'hospital', agreement: suspension(scene) }),
          at: scene.morning(),
        }),
    },
    {
      name: 'a-terminated-agreement',
      play(scene) {
        const agreement: Agreement[] = [
          { from: LONG_AGO, to: scene.date(-10), status: 'active' },
          { from: scene.date(-9), to: FAR_AHEAD, status: 'terminated' },
        ]
        buys(scene, scene.found({ kind: 'pharmacy', agreement }))
      },
    },
    {
      name: 'an-agreement-that-ran-out',
      play(scene) {
        const agreement: Agreement[] = [{ from: LONG_AGO, to: scene.date(-2), status: 'active' }]
        scene.visit({
          person: scene.person(),
          institution: scene.found({ kind: 'clinic', level: '1', agreement }),
          at: scene.morning(),
        })
      },
    },
    {
      name: 'a-stay-begun-while-suspended',
      play(scene) {
        const institution = scene.found({ kind: 'hospital', agreement: suspension(scene) })
        scene.stay({ person: scene.person(), institution, from: scene.at('09:30'), to: scene.at('10:00', 5) })
      },
    },
    {
      name: 'a-prescription-of-a-suspended-hospital',
      play: (scene) => fills(scene, scene.pharmacy(), scene.found({ kind: 'hospital', agreement: suspension(scene) })),
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const visit = buys(scene, scene.found({ kind: 'pharmacy', agreement: suspension(scene) }))
        scene.void(visit, visit.setl_time + 30 * 3600)
      },
    },
  ],
  decoys: [
    {
      name: 'on-the-last-day-before',
      play(scene) {
        const institution = scene.found({ kind: 'pharmacy', agreement: suspension(scene) })
        buys(scene, institution, scene.at('11:00', -3))
      },
    },
    {
      name: 'on-the-first-day-after',
      play: (scene) => void buys(scene, scene.found({ kind: 'pharmacy', agreement: suspension(scene) }), scene.at('10:00', 4)),
    },
    {
      name: 'a-stay-begun-before',
      play(scene) {
        const institution = scene.found({ kind: 'hospital', agreement: suspension(scene) })
        scene.stay({ person: scene.person(), institution, from: scene.at('09:30', -4), to: scene.at('10:00', 1) })
      },
    },
    {
      name: 'a-prescription-of-an-active-hospital',
      play: (scene) => fills(scene, scene.found({ kind: 'pharmacy', agreement: suspension(scene) }), scene.hospital()),
    },
    {
      name: 'nothing-known-of-its-agreement',
      play: (scene) => void buys(scene, scene.found({ kind: 'pharmacy', agreement: null })),
    },
  ],
}
