import type { Plant, Variation } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { StaySpec } from '../script.ts'

/** 两院同时住院: two stays of one person at different hospitals that overlap for more than four hours. */
type Span = Pick<StaySpec, 'from' | 'to'> & Partial<StaySpec>

function twoStays(scene: Scene, first: Span, second: Span) {
  const person = scene.person()
  scene.subject = person.psn_no
  const [one, other] = scene.twoHospitals()
  scene.stay({ person, institution: one, ...first })
  scene.stay({ person, institution: other, ...second })
}

/** `HH:mm` and so many days later. */
type Moment = readonly [time: string, later: number]
interface Hours {
  readonly from: Moment
  readonly to: Moment
}

/** Two stays of which nothing is told but their hours. */
function plain(name: string, ...hours: readonly [Hours, Hours]): Variation {
  const span = (scene: Scene, { from, to }: Hours): Span => ({ from: scene.at(...from), to: scene.at(...to) })
  return { name, play: (scene) => twoStays(scene, span(scene, hours[0]), span(scene, hours[1])) }
}

export const MGT_08: Plant = {
  detector_id: 'MGT-08',
  cases: [
    plain('two-days-in-common', { from: ['09:00', 0], to: ['10:00', 5] }, { from: ['09:30', 3], to: ['10:00', 7] }),
    plain('one-inside-the-other', { from: ['09:00', 0], to: ['10:00', 7] }, { from: ['14:30', 1], to: ['15:00', 4] }),
    {
      name: 'both-learned-at-settlement',
      play(scene) {
        const quiet = { admission: false, discharge: false } as const
        const second = { from: scene.at('10:00', 2), to: scene.at('10:00', 6), ...quiet }
        twoStays(scene, { from: scene.at('09:00'), to: scene.at('10:00', 4), ...quiet }, second)
      },
    },
    {
      name: 'a-transfer-that-took-thirty-hours',
      play(scene) {
        const first = { from: scene.at('09:00'), to: scene.at('16:00', 4), discharge: { dscg_way: '2' } }
        twoStays(scene, first, { from: scene.at('10:00', 3), to: scene.at('10:00', 7) })
      },
    },
    plain('five-hours-in-common', { from: ['09:00', 0], to: ['15:00', 4] }, { from: ['10:00', 4], to: ['10:00', 8] }),
    {
      // Told by its person: the alert is gone before either stay is settled.
      name: 'the-first-discharge-was-registered-late',
      retract: true,
      play(scene) {
        const first = {
          from: scene.at('09:00'),
          to: scene.at('08:30', 3),
          discharge: { arrival: scene.at('20:00', 4) },
          settled: scene.at('09:00', 5),
          aside: true,
        }
        twoStays(scene, first, { from: scene.at('10:00', 3), to: scene.at('10:00', 8), aside: true })
      },
    },
  ],
  decoys: [
    {
      name: 'a-transfer-within-a-day',
      play(scene) {
        const first = { from: scene.at('09:00'), to: scene.at('17:00', 4), discharge: { dscg_way: '2' } }
        twoStays(scene, first, { from: scene.at('09:00', 4), to: scene.at('10:00', 8) })
      },
    },
    plain('three-hours-in-common', { from: ['09:00', 0], to: ['13:00', 4] }, { from: ['10:00', 4], to: ['10:00', 8] }),
    plain('exactly-four-hours-in-common', { from: ['09:00', 0], to: ['14:00', 4] }, { from: ['10:00', 4], to: ['10:00', 8] }),
    plain('one-after-the-other', { from: ['09:00', 0], to: ['10:00', 4] }, { from: ['15:00', 4], to: ['10:00', 8] }),
  ],
}
