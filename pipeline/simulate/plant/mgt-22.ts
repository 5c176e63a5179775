import { ACUTE_DRUGS, WARD_BED } from '../catalogue.ts'
import type { Person } from '../person.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 死亡人员结算: charges on the second day after death or later. */
function died(scene: Scene, later: number): Person {
  const person = scene.person({ row: { death_date: scene.date(later) } })
  scene.subject = person.psn_no
  return person
}

function buys(scene: Scene, person: Person, at: number) {
  return scene.visit({ person, institution: scene.pharmacy(), at, lines: [{ item: scene.random.pick(ACUTE_DRUGS) }] })
}

export const MGT_22: Plant = {
  detector_id: 'MGT-22',
  cases: [
    {
      name: 'a-purchase-days-after',
      play: (scene) => void buys(scene, died(scene, -scene.random.between(5, 60)), scene.morning()),
    },
    {
      name: 'several-visits',
      play(scene) {
        const person = died(scene, -20)
        const institution = scene.hospital()
        for (const later of [0, 3]) scene.visit({ person, institution, at: scene.at('09:50', later) })
      },
    },
    { name: 'on-the-second-day', play: (scene) => void buys(scene, died(scene, -2), scene.at('08:40')) },
    {
      name: 'after-a-death-in-hospital',
      play(scene) {
        const person = scene.person()
        scene.subject = person.psn_no
        const [from, to] = [scene.at('09:00'), scene.at('15:00', 2)]
        scene.stay({ person, institution: scene.hospital(), from, to, discharge: { dscg_way: '5' }, aside: true })
        buys(scene, person, scene.at('18:00', 5))
      },
    },
    {
      name: 'bed-days-after-death',
      also: ['MGT-03', 'MGT-04'],
      play(scene) {
        const person = scene.person()
        scene.subject = person.psn_no
        const lines = [3, 5].map((later) => ({ item: WARD_BED, at: scene.at('08:30', later) }))
        const [from, to] = [scene.at('09:00'), scene.at('15:00', 2)]
        scene.stay({
          person,
          institution: scene.hospital(),
          from,
          to,
          discharge: { dscg_way: '5' },
          lines,
          settled: scene.at('10:00', 6),
        })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const visit = buys(scene, died(scene, -15), scene.morning())
        scene.void(visit, visit.setl_time + 26 * 3600)
      },
    },
  ],
  decoys: [
    { name: 'on-the-day', play: (scene) => void buys(scene, died(scene, 0), scene.at('08:30')) },
    { name: 'on-the-day-after', play: (scene) => void buys(scene, died(scene, -1), scene.at('21:10')) },
    {
      name: 'the-last-stay-settled-weeks-later',
      play(scene) {
        const person = died(scene, 3)
        const [from, to] = [scene.at('09:00'), scene.at('15:00', 3)]
        const settled = scene.at('10:00', 24)
        scene.stay({ person, institution: scene.hospital(), from, to, discharge: { dscg_way: '5' }, settled })
      },
    },
    {
      name: 'a-purchase-before-the-death-in-hospital',
      play(scene) {
        const person = scene.person()
        buys(scene, person, scene.at('09:00', -1))
        const [from, to] = [scene.at('09:00'), scene.at('15:00', 3)]
        scene.stay({ person, institution: scene.hospital(), from, to, discharge: { dscg_way: '5' } })
      },
    },
  ],
}
