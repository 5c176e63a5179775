import { ACUTE_DRUGS } from '../catalogue.ts'
import { FAR_AHEAD, LONG_AGO } from '../institution.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { PersonSpec } from '../script.ts'

/** 非参保状态结算. */
const insured = (from: string, to: string, more: PersonSpec = {}): PersonSpec => ({
  ...more,
  row: { insured: [{ from, to, insutype: '390' }] },
})

function seen(scene: Scene, of: PersonSpec) {
  return scene.visit({ person: scene.person(of), institution: scene.hospital(), at: scene.morning() })
}

function stays(scene: Scene, of: PersonSpec) {
  scene.stay({ person: scene.person(of), institution: scene.hospital(), from: scene.at('09:30'), to: scene.at('10:00', 4) })
}

export const MGT_23: Plant = {
  detector_id: 'MGT-23',
  cases: [
    { name: 'an-insurance-that-has-ended', play: (scene) => void seen(scene, insured(LONG_AGO, scene.date(-1))) },
    { name: 'an-insurance-that-begins-later', play: (scene) => void seen(scene, insured(scene.date(1), FAR_AHEAD)) },
    { name: 'a-stay', play: (scene) => stays(scene, insured(LONG_AGO, scene.date(-12))) },
    {
      name: 'a-purchase',
      play(scene) {
        const lines = [{ item: scene.random.pick(ACUTE_DRUGS) }]
        const person = scene.person(insured(LONG_AGO, scene.date(-30)))
        scene.visit({ person, institution: scene.pharmacy(), at: scene.morning(), lines })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const visit = seen(scene, insured(LONG_AGO, scene.date(-5)))
        scene.void(visit, visit.setl_time + 20 * 3600)
      },
    },
  ],
  decoys: [
    { name: 'on-the-last-day', play: (scene) => void seen(scene, insured(LONG_AGO, scene.date())) },
    { name: 'on-the-first-day', play: (scene) => void seen(scene, insured(scene.date(), FAR_AHEAD)) },
    { name: 'an-insurance-that-ends-during-the-stay', play: (scene) => stays(scene, insured(LONG_AGO, scene.date(1))) },
    {
      name: 'a-newborn-before-it-is-insured',
      play: (scene) => void seen(scene, insured(scene.date(10), FAR_AHEAD, { brdy: scene.date(-40) })),
    },
    {
      name: 'the-fund-paid-nothing',
      play(scene) {
        const person = scene.person(insured(LONG_AGO, scene.date(-5)))
        const lines = [{ item: scene.random.pick(ACUTE_DRUGS) }]
        scene.visit({ person, institution: scene.pharmacy(), at: scene.morning(), lines, fund: 'none' })
      },
    },
  ],
}
