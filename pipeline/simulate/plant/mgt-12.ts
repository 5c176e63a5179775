import { DAY } from '../calendar.ts'
import { EXAMINATIONS, LABORATORY, TREATMENTS, WARD_BED } from '../catalogue.ts'
import type { Diagnosis } from '../diagnosis.ts'
import type { Item } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec, PersonSpec, StaySpec } from '../script.ts'
import { allWardItems } from '../ward.ts'

/** 低标准入院. */
const COLD: Diagnosis = { code: 'J06.900', name: '急性上呼吸道感染', drg: '' }
const BACK_PAIN: Diagnosis = { code: 'M54.500', name: '下背痛', drg: '' }
const STROKE: Diagnosis = { code: 'I63.900', name: '脑梗死', drg: 'LOW1' }
const OBSERVATION: Diagnosis = { code: 'Z03.400', name: '可疑心肌梗死的观察', drg: '' }
const ALSO = ['MGT-06', 'MED-06', 'FND-07']

/** A stay of three days with these items on the first of them, and a bed. */
function admitted(scene: Scene, items: readonly Item[], diagnosis: Diagnosis, of: PersonSpec = {}, more: Partial<StaySpec> = {}) {
  const lines = [WARD_BED, ...items].map((item, n): LineSpec => ({ item, at: scene.at('14:00') + n * 60 }))
  return scene.stay({
    ...{ person: scene.person(of), institution: scene.hospital(), from: scene.at('09:00'), to: scene.at('10:40', 3) },
    ...{ without: allWardItems(), lines, diagnosis },
    ...more,
  })
}

const TESTS = [...LABORATORY.slice(0, 12), ...EXAMINATIONS.slice(0, 3)]

export const MGT_12: Plant = {
  detector_id: 'MGT-12',
  knowledge: () => [{ table: 'drg', id: 'LOW1', row: { weight: 1, mean_cost: 9000, mean_los: 8 } }],
  cases: [
    { name: 'tests-for-a-cold', also: ALSO, play: (scene) => void admitted(scene, TESTS, COLD) },
    { name: 'tests-for-a-sore-back', also: ALSO, play: (scene) => void admitted(scene, TESTS, BACK_PAIN) },
    { name: 'a-stroke-that-cost-nothing', also: ALSO, play: (scene) => void admitted(scene, TESTS, STROKE) },
    {
      name: 'taken-back',
      also: ALSO,
      retract: true,
      play(scene) {
        const stay = admitted(scene, TESTS, COLD)
        scene.void(stay, stay.setl_time + DAY)
      },
    },
  ],
  decoys: [
    {
      name: 'treated-for-a-cold',
      play: (scene) => void admitted(scene, [...TESTS.slice(0, 4), ...TREATMENTS.slice(0, 12)], COLD),
    },
    { name: 'a-child', play: (scene) => void admitted(scene, TESTS, COLD, { brdy: scene.date(-3000) }) },
    { name: 'an-old-man', play: (scene) => void admitted(scene, TESTS, COLD, { brdy: '1940-05-06' }) },
    { name: 'watched-for-a-heart-attack', play: (scene) => void admitted(scene, TESTS, OBSERVATION) },
    { name: 'day-surgery', play: (scene) => void admitted(scene, TESTS, COLD, {}, { med_type: '28', to: scene.at('17:00') }) },
  ],
}
