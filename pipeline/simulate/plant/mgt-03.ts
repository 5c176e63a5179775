import { DAY } from '../calendar.ts'
import { LABORATORY, TREATMENTS } from '../catalogue.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { StaySpec } from '../script.ts'

/** 计费日期与住院时间不符: a stay of five days with one line at another time. */
function charged(scene: Scene, at: number, fields: Readonly<Record<string, string>> = {}, more: Partial<StaySpec> = {}) {
  const [from, to] = [scene.at('09:20'), scene.at('10:10', 5)]
  const lines = [{ item: scene.random.pick(LABORATORY), at, fields }]
  return scene.stay({ person: scene.person(), institution: scene.hospital(), from, to, lines, ...more })
}

export const MGT_03: Plant = {
  detector_id: 'MGT-03',
  cases: [
    {
      name: 'two-days-after-the-end',
      play: (scene) => void charged(scene, scene.at('11:00', 7), {}, { settled: scene.at('12:00', 7) }),
    },
    { name: 'two-days-before-the-beginning', play: (scene) => void charged(scene, scene.at('08:30', -2)) },
    {
      name: 'tests-of-nine-days-before',
      history: 10,
      play: (scene) => void charged(scene, scene.at('08:30', -9), { er_flag: '2' }),
    },
    {
      name: 'the-discharge-was-earlier-than-the-bill-says',
      play(scene) {
        const lines = [{ item: scene.random.pick(TREATMENTS), at: scene.at('16:00', 5) }]
        const [from, to] = [scene.at('09:20'), scene.at('10:10', 3)]
        const header = { endtime: scene.at('17:00', 5) }
        scene.stay({
          person: scene.person(),
          institution: scene.hospital(),
          from,
          to,
          lines,
          header,
          settled: scene.at('18:00', 5),
        })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const stay = charged(scene, scene.at('08:30', -3))
        scene.void(stay, stay.setl_time + DAY)
      },
    },
  ],
  decoys: [
    { name: 'the-evening-before', play: (scene) => void charged(scene, scene.at('18:00', -1)) },
    {
      name: 'tests-of-the-week-before',
      history: 8,
      play: (scene) => void charged(scene, scene.at('10:00', -6), { er_flag: '2' }),
    },
    {
      name: 'medicine-to-take-home',
      play: (scene) => void charged(scene, scene.at('11:00', 7), { dscg_tkdrug_flag: '1' }, { settled: scene.at('12:00', 7) }),
    },
    {
      name: 'the-discharge-was-later-than-the-bill-says',
      play(scene) {
        const discharge = { endtime: scene.at('10:10', 8), arrival: scene.at('20:00', 8) }
        charged(scene, scene.at('11:00', 7), {}, { discharge, settled: scene.at('12:00', 7) })
      },
    },
  ],
}
