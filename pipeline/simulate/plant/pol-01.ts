import { LONG_AGO, type ReferenceRow } from '../institution.ts'
import { drug, service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 超限定单价收费: prices against caps that are general, by level, by county and dated. Fen here, yuan in the rows. */
const TABLET = drug({ serial: 10101, atc: 'C08DB', name: '盐酸地尔硫卓片(样例)', price: 2000, pack_days: 7 })
const SCAN = service({ serial: 10102, type: '03', name: '限价检查(样例)', price: 8000 })
const REHABILITATION = service({ serial: 10103, type: '05', name: '限价康复治疗(样例)', price: 5000 })
const UNLISTED = service({ serial: 10104, type: '05', name: '未列限价治疗(样例)', price: 5000 })
const LOWERED = drug({ serial: 10105, atc: 'C09AA', name: '降价药品(样例)', price: 3000, pack_days: 7 })

const change = (days: number) => Math.max(2, Math.floor(days / 2))

function caps(firstCounty: string, day: (index: number) => string, days: number): ReferenceRow[] {
  const cap = (id: string, row: Record<string, unknown>, from = LONG_AGO, to?: string): ReferenceRow => ({
    table: 'price_cap',
    id,
    row,
    effective_from: from,
    ...(to === undefined ? {} : { effective_to: to }),
  })
  return [
    cap('p1-tablet', { code: TABLET.code, cap: 20 }),
    cap('p1-scan', { code: SCAN.code, cap: 80 }),
    cap('p1-scan-3', { code: SCAN.code, cap: 100, level: '3' }),
    cap('p1-scan-1', { code: SCAN.code, cap: 60, level: '1' }),
    cap('p1-rehab', { code: REHABILITATION.code, cap: 50 }),
    cap('p1-rehab-county', { code: REHABILITATION.code, cap: 40, admdvs: firstCounty }),
    cap('p1-lowered-old', { code: LOWERED.code, cap: 30 }, LONG_AGO, day(change(days) - 1)),
    cap('p1-lowered-new', { code: LOWERED.code, cap: 24 }, day(change(days))),
  ]
}

const levelThree = (scene: Scene) => scene.county.hospitals[0]!
const levelTwo = (scene: Scene) => scene.county.hospitals[1]!

export const POL_01: Plant = {
  detector_id: 'POL-01',
  items: [TABLET, SCAN, REHABILITATION, UNLISTED, LOWERED],
  knowledge: ({ region }, days) => caps(region.counties[0]!.admdvs, (index) => region.calendar.day(index), days),
  cases: [
    {
      name: 'above-the-general-cap',
      also: ['ANO-11'],
      play(scene) {
        const pric = scene.random.between(2100, 2600)
        scene.visitWith([{ item: TABLET, cnt: 2, pric }])
      },
    },
    {
      name: 'above-the-cap-of-a-lower-level',
      also: ['ANO-11'],
      play(scene) {
        const lines = [{ item: SCAN, pric: scene.random.between(6500, 7900) }]
        scene.visit({ person: scene.person(), institution: scene.clinic(), at: scene.morning(), lines })
      },
    },
    {
      name: 'above-the-cap-of-the-county',
      also: ['ANO-11'],
      play(scene) {
        const institution = scene.hospital(scene.region.counties[0])
        scene.visit({ person: scene.person(), institution, at: scene.morning(), lines: [{ item: REHABILITATION, pric: 4600 }] })
      },
    },
    {
      name: 'above-the-limit-on-the-line',
      play(scene) {
        const lines = [{ item: UNLISTED, cnt: 3, pric: 5500, pric_uplmt_amt: 5000 }]
        scene.visitWith(lines)
      },
    },
    {
      name: 'old-price-after-the-cap-was-lowered',
      also: ['ANO-11'],
      play(scene) {
        scene.day = change(scene.days) + 1
        scene.visit({
          person: scene.person(),
          institution: scene.pharmacy(),
          at: scene.morning(),
          lines: [{ item: LOWERED, pric: 2900 }],
        })
      },
    },
    {
      name: 'inside-a-stay',
      also: ['ANO-11'],
      play(scene) {
        const lines = [{ item: TABLET, cnt: 2, pric: 2500 }]
        scene.stayWith(lines, scene.at('09:30'), scene.at('10:00', 4))
      },
    },
    {
      name: 'a-thousandth-and-a-fen-above',
      play(scene) {
        const lines = [{ item: SCAN, pric: 10_020 }]
        scene.visit({ person: scene.person(), institution: levelThree(scene), at: scene.morning(), lines })
      },
    },
    {
      name: 'taken-back-hours-later',
      retract: true,
      also: ['ANO-11'],
      play(scene) {
        const at = scene.morning()
        const lines = [{ item: TABLET, cnt: 1, pric: 2700 }]
        scene.void(scene.visit({ person: scene.person(), institution: scene.hospital(), at, lines }), at + 6 * 3600)
      },
    },
  ],
  decoys: [
    {
      name: 'exactly-the-cap',
      play: (scene) => void scene.visitWith([{ item: TABLET, pric: 2000 }]),
    },
    {
      name: 'within-a-thousandth',
      play(scene) {
        const lines = [{ item: SCAN, pric: 10_009 }]
        scene.visit({ person: scene.person(), institution: levelThree(scene), at: scene.morning(), lines })
      },
    },
    {
      name: 'the-level-allows-more',
      play(scene) {
        const lines = [{ item: SCAN, pric: 9_800 }]
        scene.visit({ person: scene.person(), institution: levelThree(scene), at: scene.morning(), lines })
      },
    },
    {
      name: 'no-row-for-its-level',
      play: (scene) =>
        void scene.visit({
          person: scene.person(),
          institution: levelTwo(scene),
          at: scene.morning(),
          lines: [{ item: SCAN, pric: 7_900 }],
        }),
    },
    {
      name: 'the-lower-cap-is-another-countys',
      play(scene) {
        const institution = scene.hospital(scene.region.counties[1])
        scene.visit({ person: scene.person(), institution, at: scene.morning(), lines: [{ item: REHABILITATION, pric: 4900 }] })
      },
    },
    {
      name: 'before-the-cap-was-lowered',
      play(scene) {
        scene.day = change(scene.days) - 2
        scene.visit({
          person: scene.person(),
          institution: scene.pharmacy(),
          at: scene.morning(),
          lines: [{ item: LOWERED, pric: 2900 }],
        })
      },
    },
    {
      name: 'nobody-set-a-limit',
      play: (scene) => void scene.visitWith([{ item: UNLISTED, pric: 5400 }]),
    },
  ],
}
