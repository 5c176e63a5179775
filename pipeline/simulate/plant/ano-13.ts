import { HOUR, MINUTE } from '../calendar.ts'
import { ACUTE_DRUGS } from '../catalogue.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 业务量突增: days far above what the same weekdays brought before. */
const ALSO = ['ANO-04', 'ANO-05', 'ANO-10']
const HISTORY = 18
const LARGE_RUN = 40_000

/** So many customers of a new pharmacy on the days before, then so many on each day from the scene's on. */
function rises(scene: Scene, before: number, counts: readonly number[]) {
  const institution = scene.found({ kind: 'pharmacy' })
  scene.subject = institution.code
  const opens = (later: number, count: number, aside: boolean) =>
    Array.from({ length: count }, (_, i) =>
      scene.visit({
        ...{ person: scene.person({ row: false }), institution, aside },
        at: scene.at('08:20', later) + Math.round((i * 12 * HOUR) / Math.max(12, count)) + scene.random.below(3 * MINUTE),
        lines: [{ item: ACUTE_DRUGS[(i * 5 + later * 3 + 400) % ACUTE_DRUGS.length]!, cnt: 1 + (i % 3) }],
      }),
    )
  for (let later = -HISTORY; later < 0; later++) opens(later, before, true)
  return counts.flatMap((count, later) => opens(later, count, false))
}

export const ANO_13: Plant = {
  detector_id: 'ANO-13',
  cases: [
    { name: 'from-one-to-twenty-four', also: ALSO, history: HISTORY, play: (scene) => void rises(scene, 1, [24]) },
    {
      name: 'from-ten-to-forty',
      also: ALSO,
      history: HISTORY,
      leastSettlements: LARGE_RUN,
      play: (scene) => void rises(scene, 10, [40]),
    },
    {
      name: 'day-after-day',
      also: ALSO,
      history: HISTORY,
      leastSettlements: LARGE_RUN,
      play: (scene) => void rises(scene, 14, [26, 27, 28]),
    },
  ],
  decoys: [
    { name: 'from-one-to-nine', history: HISTORY, play: (scene) => void rises(scene, 1, [9]) },
    {
      name: 'a-good-week',
      history: HISTORY,
      leastSettlements: LARGE_RUN,
      play: (scene) => void rises(scene, 16, [21, 22, 20]),
    },
  ],
}
