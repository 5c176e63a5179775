import { HOUR, MINUTE } from '../calendar.ts'
import { type Diagnosis, WARD_DIAGNOSES } from '../diagnosis.ts'
import type { Institution } from '../institution.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 聚集住院: people of one place and age, or with one disease, are admitted together. */
const ALSO = ['ANO-13', 'ANO-18', 'ANO-20', 'MGT-12', 'FND-07']
const HISTORY = 7
const FLU: Diagnosis = { code: 'J10.100', name: '流感伴有其他呼吸道表现', drg: 'ES33' }
/** Of several, lest cases of one county and week look like an epidemic. */
const DISEASES = WARD_DIAGNOSES.filter(({ code }) => !code.startsWith('S'))
const CRASH: Diagnosis = { code: 'S06.000', name: '脑震荡', drg: 'BR23' }

interface Patients {
  readonly count: number
  /** Ages are evenly spread over so many years from this on. */
  readonly from?: number
  readonly span?: number
  readonly every?: number
  readonly nights?: number
  readonly diagnosis?: (i: number) => Diagnosis
  readonly later?: number
}

function admits(scene: Scene, institution: Institution, patients: Patients) {
  const { count, from = 66, span = 8, every = 25 * MINUTE, nights = 4, later = 0 } = patients
  const { diagnosis = (i: number) => WARD_DIAGNOSES[(i * 5) % WARD_DIAGNOSES.length]! } = patients
  scene.subject = institution.code
  const year = Number(scene.date().slice(0, 4))
  return Array.from({ length: count }, (_, i) => {
    const person = scene.person({ brdy: `${year - from - Math.round((span * i) / Math.max(1, count - 1))}-01-02` })
    const begin = scene.at('08:15', later) + i * every
    const to = scene.at('10:00', later + nights) + i * MINUTE
    return scene.stay({ person, institution, from: begin, to: Math.max(to, begin + 20 * HOUR), diagnosis: diagnosis(i) })
  })
}

const ward = (scene: Scene) => scene.found({ kind: 'hospital' })

export const ANO_07: Plant = {
  detector_id: 'ANO-07',
  cases: [
    { name: 'nine-of-one-age', also: ALSO, history: HISTORY, play: (scene) => void admits(scene, ward(scene), { count: 9 }) },
    {
      name: 'one-disease-at-all-ages',
      also: ALSO,
      history: HISTORY,
      play(scene) {
        const disease = scene.random.pick(DISEASES)
        admits(scene, ward(scene), { count: 10, from: 20, span: 60, diagnosis: () => disease })
      },
    },
    {
      name: 'in-the-course-of-a-day',
      also: ALSO,
      history: HISTORY,
      play: (scene) => void admits(scene, ward(scene), { count: 8, every: 3 * HOUR, span: 10, nights: 6 }),
    },
  ],
  decoys: [
    { name: 'seven-of-one-age', history: HISTORY, play: (scene) => void admits(scene, ward(scene), { count: 7 }) },
    {
      name: 'nine-of-all-ages',
      history: HISTORY,
      play: (scene) => void admits(scene, ward(scene), { count: 9, from: 12, span: 72 }),
    },
    {
      name: 'an-accident',
      history: HISTORY,
      play: (scene) => void admits(scene, ward(scene), { count: 9, from: 30, diagnosis: () => CRASH }),
    },
    {
      name: 'an-epidemic',
      history: HISTORY,
      play(scene) {
        for (const later of [0, 1, 2]) admits(scene, ward(scene), { count: 8, later, nights: 3 + later, diagnosis: () => FLU })
      },
    },
  ],
}
