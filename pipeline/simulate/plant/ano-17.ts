import { distinct } from '../basket.ts'
import { HOUR } from '../calendar.ts'
import { ACUTE_DRUGS } from '../catalogue.ts'
import type { Institution } from '../institution.ts'
import type { Person } from '../person.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 共济账户异常: one account pays for more persons, or in more regions, than a family has. */
const people = (scene: Scene, count: number) => Array.from({ length: count }, () => scene.person())

/** The account pays for each of the people, one every so many days. */
function pays(scene: Scene, family: readonly Person[], places: readonly Institution[], everyDays: number) {
  const payer = scene.person()
  scene.subject = payer.psn_no
  const drugs = distinct(scene.random, ACUTE_DRUGS, family.length)
  return family.map((person, i) => {
    const fields = { mulaid_psn_no: payer.psn_no, acct_mulaid_pay: scene.random.between(2, 9) }
    const at = scene.at('10:00', Math.floor(i * everyDays)) + i * 0.5 * HOUR
    return scene.visit({ person, institution: places[i % places.length]!, at, lines: [{ item: drugs[i]! }], fields })
  })
}

export const ANO_17: Plant = {
  detector_id: 'ANO-17',
  cases: [
    { name: 'five-persons-in-a-day', play: (scene) => void pays(scene, people(scene, 5), [scene.pharmacy()], 0) },
    { name: 'six-persons-in-four-days', play: (scene) => void pays(scene, people(scene, 6), scene.twoHospitals(), 0.6) },
    {
      name: 'four-regions',
      play(scene) {
        const towns = distinct(scene.random, scene.region.counties, Math.min(2, scene.region.counties.length))
        const places = towns.map((county) => scene.found({ kind: 'pharmacy', county }))
        // A small region has few towns: the places say where the treatment was.
        const payer = scene.person()
        scene.subject = payer.psn_no
        const family = people(scene, 4)
        const drugs = distinct(scene.random, ACUTE_DRUGS, 4)
        family.forEach((person, i) => {
          const fields = { mulaid_psn_no: payer.psn_no, acct_mulaid_pay: 6, mdtrt_admdvs: `99020${i + 1}` }
          scene.visit({
            ...{ person, institution: places[i % places.length]!, at: scene.at('09:30') + i * HOUR },
            ...{ lines: [{ item: drugs[i]! }], fields },
          })
        })
      },
    },
    {
      name: 'one-of-five-taken-back',
      retract: true,
      play(scene) {
        const paid = pays(scene, people(scene, 5), [scene.pharmacy()], 0)
        scene.void(paid[4]!, paid[4]!.setl_time + 5 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'a-family-of-four', play: (scene) => void pays(scene, people(scene, 4), [scene.pharmacy()], 0.5) },
    {
      name: 'one-child-again-and-again',
      play(scene) {
        const [one, other] = people(scene, 2)
        pays(scene, [one!, other!, one!, other!], [scene.pharmacy()], 1)
      },
    },
    {
      name: 'each-from-the-own-account',
      play(scene) {
        const institution = scene.pharmacy()
        for (const person of people(scene, 5)) {
          const at = scene.at('11:00') + scene.random.below(HOUR)
          scene.visit({ person, institution, at, lines: [{ item: scene.random.pick(ACUTE_DRUGS) }] })
        }
      },
    },
  ],
}
