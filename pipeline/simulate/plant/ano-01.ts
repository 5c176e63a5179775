import { HOUR, MINUTE } from '../calendar.ts'
import { ACUTE_DRUGS } from '../catalogue.ts'
import { distanceKm, type Institution, type Place } from '../institution.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 不可能移动: more than 30 km apart, faster than 120 km/h. */
const KM_PER_DEGREE = 111.19

const northOf = (place: Place, km: number): Place => ({ lon: place.lon, lat: place.lat + km / KM_PER_DEGREE })
const farHospital = (scene: Scene) => scene.hospital(scene.neighbour())

/** Somebody at two places; `kmh` is how fast they would have had to travel. */
function travels(scene: Scene, from: Institution, to: Institution, kmh: number, cert?: string) {
  const hours = distanceKm(from.place!, to.place!) / kmh
  return visitsBoth(scene, from, to, Math.round(hours * HOUR), cert)
}

function visitsBoth(scene: Scene, from: Institution, to: Institution, seconds: number, cert?: string) {
  const person = scene.person()
  scene.subject = person.psn_no
  const lines = () => [{ item: scene.random.pick(ACUTE_DRUGS) }]
  const credential = cert === undefined ? {} : { cert }
  const at = scene.morning()
  const first = scene.visit({ person, institution: from, at, lines: lines(), ...credential })
  return [first, scene.visit({ person, institution: to, at: at + seconds, lines: lines(), ...credential })] as const
}

export const ANO_01: Plant = {
  detector_id: 'ANO-01',
  cases: [
    {
      name: 'a-card-at-two-towns',
      play: (scene) => void visitsBoth(scene, scene.hospital(), farHospital(scene), 20 * MINUTE, '03'),
    },
    {
      name: 'a-code-at-two-towns',
      play: (scene) => void visitsBoth(scene, scene.pharmacy(), farHospital(scene), 25 * MINUTE, '01'),
    },
    { name: 'a-little-too-fast', play: (scene) => void travels(scene, scene.hospital(), farHospital(scene), 132) },
    {
      name: 'thirty-three-kilometres-in-ten-minutes',
      play(scene) {
        const near = scene.found({ kind: 'clinic', level: '1', place: northOf(scene.county.centre, 33) })
        visitsBoth(scene, scene.found({ kind: 'pharmacy' }), near, 10 * MINUTE)
      },
    },
    {
      name: 'another-prefecture-without-coordinates',
      play(scene) {
        const unknown = scene.found({ kind: 'pharmacy', county: scene.elsewhere(), place: null })
        visitsBoth(scene, scene.found({ kind: 'clinic', level: '1', place: null }), unknown, 35 * MINUTE)
      },
    },
    {
      name: 'the-second-taken-back',
      retract: true,
      play(scene) {
        const [, second] = visitsBoth(scene, scene.hospital(), farHospital(scene), 15 * MINUTE, '02')
        scene.void(second, second.setl_time + 3 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'by-car', play: (scene) => void travels(scene, scene.hospital(), farHospital(scene), 110) },
    {
      name: 'twenty-five-kilometres-in-minutes',
      play(scene) {
        const near = scene.found({ kind: 'pharmacy', place: northOf(scene.county.centre, 25) })
        visitsBoth(scene, scene.found({ kind: 'clinic', level: '1' }), near, 4 * MINUTE)
      },
    },
    {
      name: 'over-the-internet',
      play(scene) {
        const online = scene.found({ kind: 'hospital', county: scene.neighbour(), is_internet: true })
        visitsBoth(scene, scene.hospital(), online, 12 * MINUTE)
      },
    },
    {
      name: 'the-first-was-taken-back',
      play(scene) {
        const person = scene.person()
        const at = scene.morning()
        scene.void(scene.visit({ person, institution: scene.hospital(), at }), at + 4 * MINUTE)
        scene.visit({ person, institution: farHospital(scene), at: at + 20 * MINUTE })
      },
    },
    {
      name: 'a-stay-settled-far-away',
      play(scene) {
        const person = scene.person()
        scene.stay({
          person,
          institution: farHospital(scene),
          from: scene.at('10:00', -4),
          to: scene.at('08:30'),
          settled: scene.at('10:00'),
        })
        scene.visit({
          person,
          institution: scene.pharmacy(),
          at: scene.at('10:12'),
          lines: [{ item: scene.random.pick(ACUTE_DRUGS) }],
        })
      },
    },
    {
      name: 'one-prefecture-without-coordinates',
      play(scene) {
        const one = scene.found({ kind: 'clinic', level: '1', place: null })
        visitsBoth(scene, one, scene.found({ kind: 'pharmacy', place: null }), 15 * MINUTE)
      },
    },
  ],
}
