import { NURSING, WARD_BED, WARD_ROUND } from '../catalogue.ts'
import type { Item } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { StaySpec } from '../script.ts'

/** 床日/护理超住院天数: more bed, nursing or ward-round days than the stay has, plus one. */
function charged(scene: Scene, item: Item, days: number, cnt: number, more: Partial<StaySpec> = {}) {
  const lines = [
    { item, cnt: cnt - 1, at: scene.at('08:30', 1) },
    { item, cnt: 1, at: scene.at('08:40', 1) },
  ]
  const [from, to] = [scene.at('09:20'), scene.at('10:10', days)]
  return scene.stay({ person: scene.person(), institution: scene.hospital(), from, to, without: [item], lines, ...more })
}

export const MGT_04: Plant = {
  detector_id: 'MGT-04',
  cases: [
    { name: 'bed-days', play: (scene) => void charged(scene, WARD_BED, 4, 4 + scene.random.between(2, 5)) },
    { name: 'nursing-days', play: (scene) => void charged(scene, NURSING, 5, 7) },
    { name: 'ward-rounds', play: (scene) => void charged(scene, WARD_ROUND, 3, 6) },
    { name: 'three-nights-of-a-day-surgery', play: (scene) => void dayCase(scene, 3) },
    {
      name: 'the-discharge-was-earlier-than-the-bill-says',
      play(scene) {
        const header = { endtime: scene.at('10:10', 6) }
        charged(scene, WARD_BED, 4, 7, { header, settled: scene.at('11:30', 6) })
      },
    },
    {
      name: 'known-from-the-bill-alone',
      play: (scene) => void charged(scene, WARD_BED, 3, 6, { admission: false, discharge: false }),
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const stay = charged(scene, WARD_BED, 4, 8)
        scene.void(stay, stay.setl_time + 20 * 3600)
      },
    },
  ],
  decoys: [
    { name: 'the-day-of-discharge-too', play: (scene) => void charged(scene, WARD_BED, 4, 5) },
    { name: 'a-day-surgery-with-its-two-days', play: (scene) => void dayCase(scene, 2) },
    {
      name: 'the-discharge-was-later-than-the-bill-says',
      play(scene) {
        const discharge = { endtime: scene.at('10:10', 6), arrival: scene.at('20:00', 7) }
        charged(scene, WARD_BED, 4, 7, { discharge, settled: scene.at('11:30', 6) })
      },
    },
    { name: 'exactly-the-nursing-days', play: (scene) => void charged(scene, NURSING, 5, 5) },
  ],
}

function dayCase(scene: Scene, cnt: number) {
  const lines = [{ item: WARD_BED, cnt, at: scene.at('12:00') }]
  const [from, to] = [scene.at('08:00'), scene.at('17:00')]
  return scene.stay({
    person: scene.person(),
    institution: scene.hospital(),
    from,
    to,
    med_type: '28',
    without: [WARD_BED],
    lines,
  })
}
