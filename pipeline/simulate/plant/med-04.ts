import { HOUR } from '../calendar.ts'
import { LONG_AGO } from '../institution.ts'
import { drug, type Item, service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 药品与项目不符: a drug without the service in which it is used. */
const CONTRAST = drug({ serial: 50401, atc: 'V08AB', name: '碘海醇注射液(样例)', price: 26_800, pack_days: 1 })
const ANAESTHETIC = drug({ serial: 50402, atc: 'N01AX', name: '丙泊酚注射液(样例)', price: 4600, pack_days: 1 })
const ENHANCED_CT = service({ serial: 50403, type: '03', name: '增强CT检查(样例)', price: 32_000 })
const ANGIOGRAPHY = service({ serial: 50404, type: '03', name: '血管造影(样例)', price: 88_000 })
const ANAESTHESIA = service({ serial: 50405, type: '06', name: '静脉麻醉(样例)', price: 24_000 })

const requires = (item: Item, any_of: readonly Item[]) => ({
  table: 'pair_required',
  id: `m4-${item.code}`,
  row: { code: item.code, any_of: any_of.map(({ code }) => code), within_days: 1 },
  effective_from: LONG_AGO,
})

function visit(scene: Scene, ...lines: LineSpec[]) {
  return scene.visitWith(lines)
}

function stay(scene: Scene, ...lines: LineSpec[]) {
  const who = { person: scene.person(), institution: scene.hospital() }
  return scene.stay({ ...who, from: scene.at('09:00'), to: scene.at('10:00', 5), lines })
}

export const MED_04: Plant = {
  detector_id: 'MED-04',
  items: [CONTRAST, ANAESTHETIC, ENHANCED_CT, ANGIOGRAPHY, ANAESTHESIA],
  knowledge: () => [requires(CONTRAST, [ENHANCED_CT, ANGIOGRAPHY]), requires(ANAESTHETIC, [ANAESTHESIA])],
  cases: [
    { name: 'contrast-without-imaging', play: (scene) => void visit(scene, { item: CONTRAST }) },
    {
      name: 'anaesthetic-without-anaesthesia',
      play: (scene) => void stay(scene, { item: ANAESTHETIC, at: scene.at('10:00', 2) }),
    },
    {
      name: 'imaging-two-days-later',
      play: (scene) =>
        void stay(scene, { item: CONTRAST, at: scene.at('10:00', 1) }, { item: ENHANCED_CT, at: scene.at('10:00', 3) }),
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const taken = visit(scene, { item: CONTRAST })
        scene.void(taken, taken.setl_time + 6 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'contrast-with-angiography', play: (scene) => void visit(scene, { item: CONTRAST }, { item: ANGIOGRAPHY }) },
    {
      name: 'imaging-the-day-after',
      play: (scene) =>
        void stay(scene, { item: CONTRAST, at: scene.at('10:00', 1) }, { item: ENHANCED_CT, at: scene.at('15:00', 2) }),
    },
    {
      name: 'billed-in-another-settlement-of-the-visit',
      play(scene) {
        const who = { person: scene.person(), institution: scene.hospital(), mdtrt_id: `M4-${scene.random.between(1e8, 1e9)}` }
        scene.visit({ ...who, at: scene.at('09:00'), lines: [{ item: ENHANCED_CT }] })
        scene.visit({ ...who, at: scene.at('11:00'), lines: [{ item: CONTRAST }], ordinary: false })
      },
    },
  ],
}
