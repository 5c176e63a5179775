import { HOUR } from '../calendar.ts'
import { LONG_AGO } from '../institution.ts'
import { consumable } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 耗材与项目不符/超量: implants without their operation, or more of them than it can take. */
const STENT = consumable({ serial: 50501, name: '冠脉支架(样例)', price: 78_000 })
const JOINT = consumable({ serial: 50502, name: '人工髋关节(样例)', price: 620_000 })
const SCREW = consumable({ serial: 50503, name: '骨科螺钉(样例)', price: 24_000 })

const HIP = '81.5100'
const STENTING = '36.0600'

const requires = (id: string, code: string, any_of: string[]) => ({
  ...{ table: 'pair_required', id: `m5-${id}`, row: { code, any_of }, effective_from: LONG_AGO },
})

function stay(scene: Scene, operations: readonly string[], ...lines: LineSpec[]) {
  const oprninfo = operations.map((oprn_oprt_code) => ({ oprn_oprt_code, oprn_oprt_date: scene.text(scene.at('11:00', 1)) }))
  const who = { person: scene.person(), institution: scene.hospital() }
  return scene.stay({ ...who, from: scene.at('09:00'), to: scene.at('10:00', 5), lines, fields: { oprninfo } })
}

export const MED_05: Plant = {
  detector_id: 'MED-05',
  items: [STENT, JOINT, SCREW],
  knowledge: () => [
    requires('stent', STENT.code, ['36.06', '36.07']),
    requires('joint', JOINT.code, ['81.51', '81.52']),
    {
      ...{ table: 'quantity_limit', id: 'm5-screw', effective_from: LONG_AGO },
      row: { code: SCREW.code, max_cnt: 8, per: 'OPERATION' },
    },
  ],
  cases: [
    { name: 'stent-without-operation', also: ['MED-10'], play: (scene) => void stay(scene, [], { item: STENT }) },
    { name: 'joint-with-another-operation', also: ['MED-10'], play: (scene) => void stay(scene, [STENTING], { item: JOINT }) },
    {
      name: 'twelve-screws-of-one-operation',
      also: ['MED-10'],
      play: (scene) => void stay(scene, [HIP], { item: SCREW, cnt: 12 }),
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const settled = stay(scene, [], { item: STENT, cnt: 2 })
        scene.void(settled, settled.setl_time + 3 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'stents-with-their-operation', play: (scene) => void stay(scene, [STENTING], { item: STENT, cnt: 2 }) },
    { name: 'eight-screws', play: (scene) => void stay(scene, [HIP], { item: SCREW, cnt: 8 }) },
    { name: 'sixteen-screws-of-two-operations', play: (scene) => void stay(scene, [HIP, '79.3500'], { item: SCREW, cnt: 16 }) },
  ],
}
