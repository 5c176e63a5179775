import { HOUR, MINUTE } from '../calendar.ts'
import type { Diagnosis } from '../diagnosis.ts'
import { drug } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 大处方: drugs that cost far more than those of some two hundred visits for the same disease days before. */
const DYSPEPSIA: Diagnosis = { code: 'K30.x00', name: '功能性消化不良', drg: '' }
const RARE: Diagnosis = { code: 'K31.800', name: '胃和十二指肠其他特指的疾病', drg: '' }
const DRUGS = [0, 1, 2].map((i) =>
  drug({ serial: 50701 + i, atc: `A09A${'BCX'[i]}`, name: `消化酶制剂${i + 1}(样例)`, price: 9000, pack_days: 7 }),
)
/** Dear by nature: nobody sells them for less. */
const DEAR = [150_000, 88_000, 120_000, 49_900, 180_000].map((price, i) =>
  drug({ serial: 50711 + i, atc: `A09A${'DEFGH'[i]}`, name: `进口消化酶${i + 1}(样例)`, price, pack_days: 7 }),
)
const ALSO = ['POL-01']
const PEER_DAYS = 3
/** So many that the cases themselves stay well below one per cent of what they are compared with. */
const PEERS_A_DAY = 120
const KNOWN_FROM = 8
/** What the cases charge is nowhere far above the middle of these (ANO-11). */
const USUAL_PRICES = [8500, 14_000] as const

const hospital = (scene: Scene) => scene.random.pick(scene.region.counties).hospitals[0]!

/** What the cases are compared with: they happen once, on the first days of the run. */
function peers(scene: Scene) {
  for (let day = 1; day <= PEER_DAYS; day++) {
    scene.day = day
    for (let i = 0; i < PEERS_A_DAY; i++) {
      const at = scene.at('08:00') + i * 4 * MINUTE
      const lines = [{ item: scene.random.pick(DRUGS), pric: scene.random.between(...USUAL_PRICES) }]
      scene.visit({
        ...{ person: scene.person(), institution: hospital(scene), at, lines },
        ...{ diagnoses: [DYSPEPSIA], ordinary: false, aside: true },
      })
    }
  }
}

function prescribe(scene: Scene, lines: readonly LineSpec[], diagnosis = DYSPEPSIA) {
  scene.day = KNOWN_FROM + scene.random.below(Math.max(1, Math.min(18, scene.days - KNOWN_FROM - 4)))
  const who = { person: scene.person(), institution: hospital(scene) }
  return scene.visit({ ...who, at: scene.morning(), diagnoses: [diagnosis], ordinary: false, lines })
}

export const MED_07: Plant = {
  detector_id: 'MED-07',
  items: [...DRUGS, ...DEAR],
  cases: [
    {
      name: 'one-drug-fifteen-times-as-dear',
      also: ALSO,
      play(scene) {
        peers(scene)
        prescribe(scene, [{ item: DEAR[0]! }])
      },
    },
    {
      name: 'many-packages-of-three-drugs',
      also: ALSO,
      play: (scene) =>
        void prescribe(
          scene,
          DRUGS.map((item) => ({ item, cnt: 4, pric: 12_000, prd_days: 28 })),
        ),
    },
    { name: 'beyond-every-peer', also: ALSO, play: (scene) => void prescribe(scene, [{ item: DEAR[1]! }]) },
    {
      name: 'taken-back-the-same-day',
      retract: true,
      also: ALSO,
      play(scene) {
        const visit = prescribe(scene, [{ item: DEAR[2]! }])
        scene.void(visit, visit.setl_time + 5 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'an-ordinary-amount', play: (scene) => void prescribe(scene, [{ item: DRUGS[0]!, pric: 11_500 }]) },
    { name: 'below-the-floor', play: (scene) => void prescribe(scene, [{ item: DEAR[3]! }]) },
    {
      name: 'a-negotiated-drug',
      play: (scene) =>
        void prescribe(scene, [
          { item: DRUGS[0]!, pric: 9000 },
          { item: DEAR[4]!, fields: { hi_nego_drug_flag: '1' } },
        ]),
    },
    { name: 'a-disease-of-few', play: (scene) => void prescribe(scene, [{ item: DEAR[0]! }], RARE) },
  ],
}
