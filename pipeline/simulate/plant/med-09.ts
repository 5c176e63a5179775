import { HOUR } from '../calendar.ts'
import { LONG_AGO } from '../institution.ts'
import { service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 高套编码: a stay in a dearer group for a complication that nothing charged speaks for. */
const VENTILATION = service({ serial: 50901, type: '05', name: '无创呼吸机辅助通气(样例)', price: 2400 })
const BLOOD_GAS = service({ serial: 50902, type: '04', name: '血气分析(样例)', price: 6800 })
const ALSO = ['MED-10', 'MGT-12']

const row = (table: string, id: string, columns: Record<string, unknown>) => ({
  ...{ table, id, row: columns },
  effective_from: LONG_AGO,
})

interface Coding {
  readonly drg_code: string
  readonly complications: readonly string[]
  readonly lines?: readonly LineSpec[]
  readonly spec_case_flag?: string
}

function stay(scene: Scene, { drg_code, complications, lines = [], spec_case_flag = '0' }: Coding) {
  const diseinfo = ['J18.900', ...complications].map((diag_code, i) => ({
    ...{ diag_type: '1', maindiag_flag: i === 0 ? '1' : '0', diag_srt_no: i + 1, diag_code },
  }))
  const who = { person: scene.person(), institution: scene.hospital() }
  const fields = { diseinfo, drg_code, spec_case_flag }
  return scene.stay({ ...who, from: scene.at('09:00'), to: scene.at('10:00', 4), lines, fields })
}

export const MED_09: Plant = {
  detector_id: 'MED-09',
  items: [VENTILATION, BLOOD_GAS],
  knowledge: () => [
    // What its stays cost is usual in each of them.
    row('drg', 'EX11', { weight: 1.6, mean_cost: 3200 }),
    row('drg', 'EX13', { weight: 1.1, mean_cost: 2200 }),
    row('drg', 'EX15', { weight: 1, mean_cost: 2000 }),
    row('code_cc', 'm9-lung', { code: 'J96', severity: 'MCC' }),
    row('code_cc', 'm9-sepsis', { code: 'A41', severity: 'MCC' }),
    row('diag_support', 'm9-lung', { code: 'J96', any_of: [VENTILATION.code, BLOOD_GAS.code] }),
    row('diag_support', 'm9-sepsis', { code: 'A41', any_of: [BLOOD_GAS.code] }),
  ],
  cases: [
    {
      name: 'respiratory-failure-without-ventilation',
      also: ALSO,
      play: (scene) => void stay(scene, { drg_code: 'EX11', complications: ['J96.900'] }),
    },
    {
      name: 'sepsis-without-a-test',
      also: ALSO,
      play: (scene) => void stay(scene, { drg_code: 'EX11', complications: ['A41.900'], lines: [{ item: VENTILATION }] }),
    },
    {
      name: 'two-complications-and-neither-treated',
      also: ALSO,
      play: (scene) => void stay(scene, { drg_code: 'EX11', complications: ['J96.000', 'A41.500'] }),
    },
    {
      name: 'taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const settled = stay(scene, { drg_code: 'EX11', complications: ['J96.900'] })
        scene.void(settled, settled.setl_time + 6 * HOUR)
      },
    },
  ],
  decoys: [
    {
      name: 'ventilated',
      play: (scene) => void stay(scene, { drg_code: 'EX11', complications: ['J96.900'], lines: [{ item: VENTILATION }] }),
    },
    {
      name: 'hardly-heavier-than-the-next-group',
      play: (scene) => void stay(scene, { drg_code: 'EX13', complications: ['J96.900'], lines: [{ item: BLOOD_GAS }] }),
    },
    {
      name: 'one-of-two-treated',
      play: (scene) =>
        void stay(scene, { drg_code: 'EX11', complications: ['J96.900', 'A41.900'], lines: [{ item: BLOOD_GAS }] }),
    },
  ],
}
