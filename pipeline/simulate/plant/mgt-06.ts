import { DAY, HOUR } from '../calendar.ts'
import { ACUTE_DRUGS, LABORATORY, NURSING, TREATMENTS, WARD, WARD_BED, WARD_ROUND } from '../catalogue.ts'
import type { Diagnosis } from '../diagnosis.ts'
import type { Item } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec, StaySpec } from '../script.ts'
import { allWardItems } from '../ward.ts'

/** 挂床住院. */
const SCHIZOPHRENIA: Diagnosis = { code: 'F20.900', name: '精神分裂症', drg: '' }
const ALSO = ['MGT-07', 'MGT-12', 'ANO-01']
const DAYS = 8

/** A stay of eight days, in bed on all of them, with these items on these days. */
function lies(scene: Scene, given: readonly (readonly [later: number, item: Item])[], more: Partial<StaySpec> = {}) {
  const institution = more.institution ?? scene.hospital()
  const doctor = institution.ward[0]!
  const at = (later: number, n: number) => scene.at('10:00', later) + n * 60
  const inBed = Array.from({ length: DAYS }, (_, later) =>
    [WARD_BED, NURSING, WARD_ROUND].map((item, n): LineSpec => ({ item, doctor, at: at(later, n) })),
  ).flat()
  const treated = given.map(([later, item], n): LineSpec => ({ item, doctor, at: at(later, 5 + n) }))
  const person = scene.person()
  return scene.stay({
    ...{ person, institution, from: scene.at('09:00'), to: scene.at('10:40', DAYS), without: allWardItems() },
    lines: [...inBed, ...treated],
    ...more,
  })
}

/** Something was done on each of these days; drugs are given on the first only. */
function treated(scene: Scene, days: readonly number[]): (readonly [number, Item])[] {
  return [[0, scene.random.pick(WARD)], ...days.map((later) => [later, scene.random.pick(TREATMENTS)] as const)]
}

const everyDay = Array.from({ length: DAYS }, (_, later) => later)

/** Buys medicine in the middle of the stay, in another town or in this one. */
function buys(scene: Scene, stay: ReturnType<typeof lies>, far: boolean) {
  const institution = scene.pharmacy(far ? scene.neighbour() : scene.county)
  const lines = [{ item: scene.random.pick(ACUTE_DRUGS) }]
  scene.visit({ person: stay.person, institution, at: scene.at('15:30', 4), lines, arrival: scene.at('15:30', 4), aside: true })
}

export const MGT_06: Plant = {
  detector_id: 'MGT-06',
  cases: [
    { name: 'drugs-on-the-first-day-and-then-nothing', also: ALSO, play: (scene) => void lies(scene, treated(scene, [0, 1])) },
    { name: 'nothing-in-the-middle', also: ALSO, play: (scene) => void lies(scene, treated(scene, [0, 1, 7])) },
    {
      name: 'buys-medicine-in-another-town',
      also: ALSO,
      play: (scene) => buys(scene, lies(scene, treated(scene, everyDay)), true),
    },
    {
      name: 'taken-back',
      also: ALSO,
      retract: true,
      play(scene) {
        const stay = lies(scene, treated(scene, [0, 1]))
        scene.void(stay, stay.setl_time + DAY + HOUR)
      },
    },
  ],
  decoys: [
    { name: 'treated-every-day', play: (scene) => void lies(scene, treated(scene, everyDay)) },
    {
      name: 'two-days-of-rest',
      play: (scene) => void lies(scene, treated(scene, [0, 3, 6, 7])),
    },
    {
      name: 'drugs-until-the-end',
      play: (scene) =>
        void lies(scene, [...treated(scene, [0, 1, 2]), [6, scene.random.pick(WARD)], [7, scene.random.pick(LABORATORY)]]),
    },
    {
      name: 'a-psychiatric-ward',
      play: (scene) => void lies(scene, treated(scene, [0, 7]), { diagnosis: SCHIZOPHRENIA }),
    },
  ],
}
