import type { Diagnosis } from '../diagnosis.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { StaySpec } from '../script.ts'

/** 频繁住院. */
const ALSO = ['MGT-05', 'MGT-12', 'MED-06', 'ANO-10']
const CHEMOTHERAPY: Diagnosis = { code: 'Z51.100', name: '肿瘤化学治疗疗程', drg: '' }
/** Of different chapters, so that none continues another. */
const ILLNESSES: readonly Diagnosis[] = [
  { code: 'I63.900', name: '脑梗死', drg: '' },
  { code: 'J18.900', name: '肺炎', drg: '' },
  { code: 'K80.200', name: '胆囊结石', drg: '' },
  { code: 'N20.000', name: '肾结石', drg: '' },
]

/** Stays of two days each that begin on these days, at two hospitals in turn. */
function stays(scene: Scene, days: readonly number[], more: Partial<StaySpec> = {}) {
  const person = scene.person()
  scene.subject = person.psn_no
  const hospitals = scene.twoHospitals()
  return days.map((later, i) =>
    scene.stay({
      ...{ person, institution: hospitals[i % 2]!, diagnosis: ILLNESSES[i % ILLNESSES.length]! },
      ...{ from: scene.at('09:30', later), to: scene.at('10:00', later + 2) },
      ...more,
    }),
  )
}

export const MGT_11: Plant = {
  detector_id: 'MGT-11',
  cases: [
    { name: 'four-in-a-month', also: ALSO, history: 20, play: (scene) => void stays(scene, [-18, -12, -6, 0]) },
    { name: 'five-in-a-month', also: ALSO, history: 20, play: (scene) => void stays(scene, [-19, -14, -9, -4, 0]) },
    {
      name: 'known-from-the-bills-alone',
      also: ALSO,
      history: 20,
      play: (scene) => void stays(scene, [-18, -12, -6, 0], { admission: false, discharge: false }),
    },
    {
      name: 'one-of-four-taken-back',
      also: ALSO,
      history: 20,
      retract: true,
      play(scene) {
        const last = stays(scene, [-18, -12, -6, 0], { admission: false, discharge: false }).at(-1)!
        scene.void(last, scene.at('12:00', 3))
      },
    },
  ],
  decoys: [
    { name: 'three-in-a-month', history: 20, play: (scene) => void stays(scene, [-18, -9, 0]) },
    {
      name: 'chemotherapy',
      history: 20,
      play: (scene) => void stays(scene, [-19, -14, -9, -4, 0], { diagnosis: CHEMOTHERAPY }),
    },
    {
      name: 'three-and-one-session',
      history: 20,
      play(scene) {
        const [first] = stays(scene, [-18, -12, -6])
        const [from, to] = [scene.at('09:30', -1), scene.at('10:00', 1)]
        scene.stay({ person: first!.person, institution: first!.institution, diagnosis: CHEMOTHERAPY, from, to })
      },
    },
  ],
}
