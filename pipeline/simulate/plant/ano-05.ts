import { DAY, HOUR, MINUTE } from '../calendar.ts'
import { ACUTE_DRUGS } from '../catalogue.ts'
import { type Institution, institutionRow } from '../institution.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { InstitutionSpec } from '../script.ts'

/** 夜间/停业时段交易: sales at night, on a closed day, or far beyond what the hour usually brings. */
const ALSO = ['ANO-03', 'ANO-04', 'ANO-10', 'ANO-13']
const HISTORY = 16
const LARGE_RUN = 20_000

/** An institution with something else in its row. */
function place(scene: Scene, kind: InstitutionSpec['kind'], row: Readonly<Record<string, unknown>> = {}): Institution {
  const institution = scene.found({ kind })
  scene.reference({ table: 'institution', id: institution.code, row: { ...institutionRow(institution), ...row } })
  scene.subject = institution.code
  return institution
}

/** So many purchases of different people, one every so many seconds. */
function sells(scene: Scene, institution: Institution, from: number, count: number, every: number, aside = false) {
  return Array.from({ length: count }, (_, i) =>
    scene.visit({
      ...{ person: scene.person({ row: false }), institution, at: from + i * every, aside },
      lines: [{ item: ACUTE_DRUGS[(i * 7) % ACUTE_DRUGS.length]!, cnt: 1 + (i % 3) }],
    }),
  )
}

/** Two customers at nine and so many later on each of the days before, then so many at nine. */
function rush(scene: Scene, count: number, later = 0) {
  const institution = place(scene, 'pharmacy')
  for (let day = -HISTORY; day < 0; day++) {
    sells(scene, institution, scene.at('09:05', day), 2, 20 * MINUTE, true)
    sells(scene, institution, scene.at('10:30', day), later, 40 * MINUTE, true)
  }
  return sells(scene, institution, scene.at('09:01'), count, 150)
}

export const ANO_05: Plant = {
  detector_id: 'ANO-05',
  cases: [
    {
      name: 'five-before-midnight',
      also: ALSO,
      play: (scene) => void sells(scene, place(scene, 'pharmacy'), scene.at('23:05'), 5, 10 * MINUTE),
    },
    {
      name: 'seven-in-the-small-hours',
      also: ALSO,
      play: (scene) => void sells(scene, place(scene, 'pharmacy'), scene.at('02:10'), 7, 6 * MINUTE),
    },
    {
      name: 'on-a-closed-day',
      also: ALSO,
      play(scene) {
        const institution = place(scene, 'clinic', { closed_days: [scene.date()] })
        for (const time of ['09:10', '10:40', '15:20']) {
          scene.visit({ person: scene.person(), institution, at: scene.at(time) })
        }
      },
    },
    { name: 'far-beyond-the-usual', also: ALSO, history: HISTORY, play: (scene) => void rush(scene, 23) },
    {
      name: 'one-of-five-taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const sold = sells(scene, place(scene, 'pharmacy'), scene.at('23:05'), 5, 9 * MINUTE)
        scene.void(sold[1]!, sold[1]!.setl_time + DAY + 10 * HOUR)
      },
    },
  ],
  decoys: [
    {
      name: 'four-before-midnight',
      play: (scene) => void sells(scene, place(scene, 'pharmacy'), scene.at('23:05'), 4, 10 * MINUTE),
    },
    {
      name: 'open-all-night',
      play(scene) {
        sells(scene, place(scene, 'pharmacy', { open_hours: '00:00-24:00' }), scene.at('02:10'), 6, 8 * MINUTE)
      },
    },
    {
      name: 'an-emergency-on-a-closed-day',
      play(scene) {
        const institution = place(scene, 'hospital', { closed_days: [scene.date()] })
        scene.visit({ person: scene.person(), institution, at: scene.at('10:10'), med_type: '13' })
      },
    },
    // No more in the day than usual: that would be a rise of business (ANO-13).
    { name: 'a-busy-hour', history: HISTORY, leastSettlements: LARGE_RUN, play: (scene) => void rush(scene, 19, 14) },
  ],
}
