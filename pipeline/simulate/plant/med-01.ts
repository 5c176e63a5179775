import { DAY } from '../calendar.ts'
import { LONG_AGO } from '../institution.ts'
import { drug, type Item } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 重复开药: different drugs of one class, to be taken at the same time. */
const statin = (serial: number, name: string) => drug({ serial, atc: 'C10AA', name, price: 4200, pack_days: 14 })
const [ATORVASTATIN, ROSUVASTATIN, SIMVASTATIN] = ['降脂片甲(样例)', '降脂片乙(样例)', '降脂片丙(样例)'].map((name, i) =>
  statin(50_101 + i, name),
) as [Item, Item, Item]
const ALSO = ['ANO-09', 'ANO-10']

function fills(scene: Scene, ...given: (readonly [item: Item, later: number])[]) {
  const person = scene.person()
  scene.subject = person.psn_no
  return given.map(([item, later], i) => {
    const institution = i % 2 === 0 ? scene.pharmacy() : scene.hospital()
    return scene.visit({ person, institution, at: scene.morning() + later * DAY, lines: [{ item }] })
  })
}

export const MED_01: Plant = {
  detector_id: 'MED-01',
  items: [ATORVASTATIN, ROSUVASTATIN, SIMVASTATIN],
  knowledge: () => [
    {
      ...{ table: 'combination_ok', id: 'm1-pair', effective_from: LONG_AGO },
      row: { code_a: ATORVASTATIN.code, code_b: SIMVASTATIN.code },
    },
  ],
  cases: [
    { name: 'at-two-institutions', also: ALSO, play: (scene) => void fills(scene, [ATORVASTATIN, 0], [ROSUVASTATIN, 2]) },
    {
      name: 'in-one-prescription',
      play(scene) {
        const person = scene.person()
        scene.subject = person.psn_no
        const lines = [ROSUVASTATIN, SIMVASTATIN].map((item) => ({ item }))
        scene.visitWith(lines, person)
      },
    },
    { name: 'four-days-together', also: ALSO, play: (scene) => void fills(scene, [SIMVASTATIN, 0], [ROSUVASTATIN, 10]) },
    {
      name: 'the-second-taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const [, second] = fills(scene, [ATORVASTATIN, 0], [ROSUVASTATIN, 1])
        scene.void(second!, second!.setl_time + 2 * DAY)
      },
    },
  ],
  decoys: [
    { name: 'an-accepted-combination', play: (scene) => void fills(scene, [ATORVASTATIN, 0], [SIMVASTATIN, 2]) },
    { name: 'three-days-together', play: (scene) => void fills(scene, [ATORVASTATIN, 0], [ROSUVASTATIN, 11]) },
    { name: 'the-same-drug-again', play: (scene) => void fills(scene, [ATORVASTATIN, 0], [ATORVASTATIN, 9]) },
    {
      name: 'two-people',
      play(scene) {
        for (const item of [ATORVASTATIN, ROSUVASTATIN]) fills(scene, [item, 0])
      },
    },
  ],
}
