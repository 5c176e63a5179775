import { HOUR } from '../calendar.ts'
import type { Diagnosis } from '../diagnosis.ts'
import { LONG_AGO } from '../institution.ts'
import { service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 手术/诊断编码不符: codes that do not fit the person, one another, or what was charged. */
const DIALYSIS_ACCESS = service({ serial: 51001, type: '05', name: '血液净化(样例)', price: 38_000 })
const APPENDICITIS: Diagnosis = { code: 'K35.900', name: '急性阑尾炎', drg: '' }
const PNEUMONIA: Diagnosis = { code: 'J18.900', name: '肺炎', drg: '' }
const KIDNEY_FAILURE: Diagnosis = { code: 'N17.900', name: '急性肾衰竭', drg: '' }
const APPENDECTOMY = '47.0100'
const HYSTERECTOMY = '68.4100'
const PROSTATECTOMY = '60.2900'
const ALSO = ['MGT-12', 'MGT-13']

const row = (table: string, columns: Record<string, unknown>) => ({
  ...{ table, id: `m10-${table}`, row: columns },
  effective_from: LONG_AGO,
})

interface Coding {
  readonly diagnosis: Diagnosis
  readonly operation?: string
  readonly gend?: string
  readonly lines?: readonly LineSpec[]
}

function stay(scene: Scene, { diagnosis, operation, gend = '1', lines = [] }: Coding) {
  const oprninfo = operation ? [{ oprn_oprt_code: operation, oprn_oprt_date: scene.text(scene.at('11:00', 1)) }] : []
  const who = { person: scene.person({ gend }), institution: scene.hospital(), diagnosis }
  return scene.stay({ ...who, from: scene.at('09:00'), to: scene.at('10:00', 4), lines, fields: { oprninfo } })
}

export const MED_10: Plant = {
  detector_id: 'MED-10',
  items: [DIALYSIS_ACCESS],
  knowledge: () => [
    row('oprn_diag', { code: '47.0', icd_prefixes: ['K35', 'K36', 'K37', 'K38'] }),
    row('diag_support', { code: 'N17', any_of: [DIALYSIS_ACCESS.code] }),
  ],
  cases: [
    {
      name: 'hysterectomy-of-a-man',
      also: ALSO,
      play: (scene) => void stay(scene, { diagnosis: PNEUMONIA, operation: HYSTERECTOMY }),
    },
    {
      name: 'prostatectomy-of-a-woman',
      also: ALSO,
      play: (scene) => void stay(scene, { diagnosis: PNEUMONIA, operation: PROSTATECTOMY, gend: '2' }),
    },
    {
      name: 'appendectomy-for-pneumonia',
      also: ALSO,
      play: (scene) => void stay(scene, { diagnosis: PNEUMONIA, operation: APPENDECTOMY }),
    },
    { name: 'kidney-failure-without-a-line', also: ALSO, play: (scene) => void stay(scene, { diagnosis: KIDNEY_FAILURE }) },
    {
      name: 'taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const settled = stay(scene, { diagnosis: PNEUMONIA, operation: APPENDECTOMY })
        scene.void(settled, settled.setl_time + 4 * HOUR)
      },
    },
  ],
  decoys: [
    {
      name: 'appendectomy-for-appendicitis',
      play: (scene) => void stay(scene, { diagnosis: APPENDICITIS, operation: APPENDECTOMY }),
    },
    {
      name: 'hysterectomy-of-a-woman',
      play: (scene) => void stay(scene, { diagnosis: PNEUMONIA, operation: HYSTERECTOMY, gend: '2' }),
    },
    {
      name: 'kidney-failure-with-treatment',
      play: (scene) => void stay(scene, { diagnosis: KIDNEY_FAILURE, lines: [{ item: DIALYSIS_ACCESS }] }),
    },
    {
      name: 'an-operation-that-no-row-explains',
      play: (scene) => void stay(scene, { diagnosis: PNEUMONIA, operation: '33.2400' }),
    },
  ],
}
