import { DAY } from '../calendar.ts'
import type { Diagnosis } from '../diagnosis.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { StaySpec } from '../script.ts'

/** 分解住院. */
const STROKE: Diagnosis = { code: 'I63.900', name: '脑梗死', drg: 'BR23' }
const LATER_STROKE: Diagnosis = { code: 'I63.500', name: '脑动脉未特指的闭塞性脑梗死', drg: 'BR25' }
const EPILEPSY: Diagnosis = { code: 'G40.900', name: '癫痫', drg: 'BR25' }
const PNEUMONIA: Diagnosis = { code: 'J18.900', name: '肺炎', drg: 'ES33' }
const CHEMOTHERAPY: Diagnosis = { code: 'Z51.100', name: '肿瘤化学治疗疗程', drg: 'RE15' }

const ALSO = ['MGT-25', 'FND-03']

/** A stay of four days for a stroke, and another one so many days after its end. */
function twice(scene: Scene, gap: number, second: Partial<StaySpec> = {}, first: Partial<StaySpec> = {}) {
  const [person, institution] = [scene.person(), scene.hospital()]
  scene.subject = person.psn_no
  const stays = { person, institution, diagnosis: STROKE }
  scene.stay({ ...stays, from: scene.at('09:10', -4 - gap), to: scene.at('10:10', -gap), ...first })
  return scene.stay({ ...stays, from: scene.at('14:20'), to: scene.at('10:30', 5), diagnosis: LATER_STROKE, ...second })
}

export const MGT_05: Plant = {
  detector_id: 'MGT-05',
  cases: [
    { name: 'the-same-day', also: ALSO, history: 6, play: (scene) => void twice(scene, 0) },
    { name: 'within-a-week', also: ALSO, history: 12, play: (scene) => void twice(scene, scene.random.between(1, 7)) },
    { name: 'in-the-watch-zone', also: ALSO, history: 20, play: (scene) => void twice(scene, scene.random.between(8, 15)) },
    {
      name: 'for-another-illness-of-the-same-organs',
      also: ALSO,
      history: 12,
      play: (scene) => void twice(scene, 4, { diagnosis: EPILEPSY }),
    },
    {
      name: 'known-from-the-bills-alone',
      also: ALSO,
      history: 12,
      play: (scene) => void twice(scene, 3, { admission: false, discharge: false }, { admission: false, discharge: false }),
    },
    {
      name: 'the-first-taken-back-and-told-by-nobody-else',
      also: ALSO,
      history: 12,
      retract: true,
      play(scene) {
        const [person, institution] = [scene.person(), scene.hospital()]
        scene.subject = person.psn_no
        const stays = { person, institution, diagnosis: STROKE, admission: false, discharge: false } as const
        const first = scene.stay({ ...stays, from: scene.at('09:10', -6), to: scene.at('10:10', -3) })
        const second = scene.stay({ ...stays, from: scene.at('14:20'), to: scene.at('10:30', 3) })
        scene.void(first, second.setl_time + DAY)
      },
    },
  ],
  decoys: [
    { name: 'sixteen-days-later', history: 21, play: (scene) => void twice(scene, 16) },
    { name: 'for-another-illness', history: 12, play: (scene) => void twice(scene, 4, { diagnosis: PNEUMONIA }) },
    {
      name: 'at-another-hospital',
      history: 12,
      play(scene) {
        const [institution, other] = scene.twoHospitals()
        twice(scene, 4, { institution: other }, { institution })
      },
    },
    {
      name: 'a-cycle-of-chemotherapy',
      history: 12,
      play: (scene) => void twice(scene, 6, { diagnosis: CHEMOTHERAPY }, { diagnosis: CHEMOTHERAPY }),
    },
    { name: 'an-emergency', history: 12, play: (scene) => void twice(scene, 4, { med_type: '24' }) },
    { name: 'a-transfer', history: 12, play: (scene) => void twice(scene, 4, {}, { discharge: { dscg_way: '2' } }) },
  ],
}
