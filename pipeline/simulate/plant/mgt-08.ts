import type { Plant } from '../planting.ts'
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

export const MGT_08: Plant = {
  detector_id: 'MGT-08',
  cases: [
    {
      name: 'two-days-in-common',
      play: (scene) =>
        twoStays(
          scene,
          { from: scene.at('09:00'), to: scene.at('10:00', 5) },
          { from: scene.at('09:30', 3), to: scene.at('10:00', 7) },
        ),
    },
    {
      name: 'one-inside-the-other',
      play: (scene) =>
        twoStays(
          scene,
          { from: scene.at('09:00'), to: scene.at('10:00', 7) },
          { from: scene.at('14:30', 1), to: scene.at('15:00', 4) },
        ),
    },
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
    {
      name: 'five-hours-in-common',
      play: (scene) =>
        twoStays(
          scene,
          { from: scene.at('09:00'), to: scene.at('15:00', 4) },
          { from: scene.at('10:00', 4), to: scene.at('10:00', 8) },
        ),
    },
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
    {
      name: 'three-hours-in-common',
      play: (scene) =>
        twoStays(
          scene,
          { from: scene.at('09:00'), to: scene.at('13:00', 4) },
          { from: scene.at('10:00', 4), to: scene.at('10:00', 8) },
        ),
    },
    {
      name: 'exactly-four-hours-in-common',
      play: (scene) =>
        twoStays(
          scene,
          { from: scene.at('09:00'), to: scene.at('14:00', 4) },
          { from: scene.at('10:00', 4), to: scene.at('10:00', 8) },
        ),
    },
    {
      name: 'one-after-the-other',
      play: (scene) =>
        twoStays(
          scene,
          { from: scene.at('09:00'), to: scene.at('10:00', 4) },
          { from: scene.at('15:00', 4), to: scene.at('10:00', 8) },
        ),
    },
  ],
}
