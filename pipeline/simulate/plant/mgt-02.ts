import { drug, service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 明细重复上传收费: two lines of one visit equal in code, quantity, price, second and doctor. */
const ULTRASOUND = service({ serial: 20201, type: '03', name: '浅表超声(样例)', price: 7200 })
const INFUSION = drug({ serial: 20202, atc: 'B05BC', name: '甘露醇注射液(样例)', price: 640, pack_days: 1 })
const PER_TOOTH = service({ serial: 20203, type: '05', name: '按牙计价治疗(样例)', price: 5500, tags: ['per_occurrence'] })

function atTheClinic(scene: Scene) {
  const institution = scene.hospital()
  const at = scene.morning()
  return { person: scene.person(), institution, at, doctor: institution.outpatient[0]!, when: at - 900 }
}

export const MGT_02: Plant = {
  detector_id: 'MGT-02',
  items: [ULTRASOUND, INFUSION, PER_TOOTH],
  cases: [
    {
      name: 'the-same-examination-twice',
      play(scene) {
        const { when, ...visit } = atTheClinic(scene)
        const line = { item: ULTRASOUND, at: when }
        scene.visit({ ...visit, lines: [line, line] })
      },
    },
    {
      name: 'three-times-in-a-stay',
      play(scene) {
        const line = { item: INFUSION, cnt: 2, at: scene.at('10:00:07', 2), rxno: 'R9' }
        const [from, to] = [scene.at('09:00'), scene.at('10:00', 4)]
        scene.stay({ person: scene.person(), institution: scene.hospital(), from, to, lines: [line, line, line] })
      },
    },
    {
      name: 'in-two-settlements-of-one-visit',
      play(scene) {
        const { when, at, ...visit } = atTheClinic(scene)
        const line = { item: ULTRASOUND, at: when }
        const first = scene.visit({ ...visit, at, lines: [line], fields: { mid_setl_flag: '1' } })
        scene.visit({ ...visit, at: at + 2400, mdtrt_id: first.mdtrt_id, lines: [{ item: PER_TOOTH }, line], ordinary: false })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const { when, ...visit } = atTheClinic(scene)
        const line = { item: ULTRASOUND, at: when }
        const settled = scene.visit({ ...visit, lines: [line, line] })
        scene.void(settled, settled.setl_time + 3 * 3600)
      },
    },
  ],
  decoys: [
    {
      name: 'a-second-apart',
      play(scene) {
        const { when, ...visit } = atTheClinic(scene)
        scene.visit({
          ...visit,
          lines: [
            { item: ULTRASOUND, at: when },
            { item: ULTRASOUND, at: when + 1 },
          ],
        })
      },
    },
    {
      name: 'by-two-doctors',
      play(scene) {
        const { when, ...visit } = atTheClinic(scene)
        const doctor = visit.institution.outpatient[1]!
        scene.visit({
          ...visit,
          lines: [
            { item: ULTRASOUND, at: when },
            { item: ULTRASOUND, at: when, doctor },
          ],
        })
      },
    },
    {
      name: 'billed-per-occurrence',
      play(scene) {
        const { when, ...visit } = atTheClinic(scene)
        scene.visit({
          ...visit,
          lines: [
            { item: PER_TOOTH, at: when },
            { item: PER_TOOTH, at: when },
          ],
        })
      },
    },
    {
      name: 'another-quantity',
      play(scene) {
        const at = scene.at('10:00:07', 1)
        const lines = [
          { item: INFUSION, cnt: 1, at, rxno: 'R9' },
          { item: INFUSION, cnt: 2, at, rxno: 'R9' },
        ]
        scene.stayWith(lines, scene.at('09:00'), scene.at('10:00', 4))
      },
    },
    {
      name: 'the-second-was-reversed',
      play(scene) {
        const { when, ...visit } = atTheClinic(scene)
        const line = { item: ULTRASOUND, at: when }
        scene.visit({ ...visit, lines: [line, line, { ...line, cnt: -1 }] })
      },
    },
  ],
}
