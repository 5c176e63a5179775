import { distinct } from '../basket.ts'
import { HOUR, MINUTE } from '../calendar.ts'
import { ACUTE_DRUGS } from '../catalogue.ts'
import type { Person } from '../person.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 一证多机构/一证多人: more institutions than anybody needs, or one credential in two hands. */
const ALSO = ['MGT-09', 'MGT-10', 'MED-01', 'ANO-09', 'ANO-10']

/**
 * One person gets medicine at so many places of one town on each of the days, pharmacies and clinics in turn, and never the
 * same drug twice.
 */
function rounds(scene: Scene, perDay: readonly (readonly [later: number, count: number])[]) {
  const person = scene.person()
  scene.subject = person.psn_no
  const total = perDay.reduce((sum, [, count]) => sum + count, 0)
  const drugs = distinct(scene.random, ACUTE_DRUGS, total)
  let next = 0
  return perDay.flatMap(([later, count]) =>
    Array.from({ length: count }, (_, i) => {
      const institution = scene.found({ kind: next % 2 === 0 ? 'pharmacy' : 'clinic' })
      const lines = [{ item: drugs[next++]! }]
      return scene.visit({ person, institution, at: scene.at('09:00', later) + i * HOUR, ordinary: false, lines })
    }),
  )
}

/** Two people present the same credential, so many minutes apart. */
function shares(scene: Scene, people: readonly [Person, Person], minutes: number) {
  scene.subject = people[0].psn_no
  const fields = { mdtrt_cert_no: `T99${people[0].psn_no.slice(1)}` }
  const [one, other] = distinct(scene.random, ACUTE_DRUGS, 2)
  const institution = scene.found({ kind: 'pharmacy' })
  const at = scene.morning()
  const first = scene.visit({ person: people[0], institution, at, lines: [{ item: one! }], fields })
  return [first, scene.visit({ person: people[1], institution, at: at + minutes * MINUTE, lines: [{ item: other! }], fields })]
}

export const ANO_02: Plant = {
  detector_id: 'ANO-02',
  cases: [
    { name: 'five-pharmacies-in-a-day', also: ALSO, play: (scene) => void rounds(scene, [[0, 5]]) },
    {
      name: 'nine-in-a-week',
      also: ALSO,
      play: (scene) =>
        void rounds(scene, [
          [-1, 3],
          [1, 3],
          [3, 3],
        ]),
    },
    {
      name: 'sixteen-in-a-month',
      also: ALSO,
      history: 27,
      play: (scene) =>
        void rounds(
          scene,
          [-27, -18, -9, 0].map((later) => [later, 4] as const),
        ),
    },
    {
      name: 'one-credential-in-two-hands',
      also: ALSO,
      play: (scene) => void shares(scene, [scene.person(), scene.person()], 25),
    },
    {
      name: 'one-of-five-taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const bought = rounds(scene, [[0, 5]])
        scene.void(bought[2]!, bought[2]!.setl_time + 9 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'four-in-a-day', play: (scene) => void rounds(scene, [[0, 4]]) },
    {
      name: 'eight-in-a-week',
      play: (scene) =>
        void rounds(scene, [
          [-1, 3],
          [1, 2],
          [3, 3],
        ]),
    },
    {
      name: 'the-same-person-twice',
      play(scene) {
        const person = scene.person()
        shares(scene, [person, person], 50)
      },
    },
    {
      name: 'the-credential-two-days-later',
      play: (scene) => void shares(scene, [scene.person(), scene.person()], 49 * 60),
    },
  ],
}
