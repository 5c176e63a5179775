import { HOUR } from '../calendar.ts'
import { drug, type Item } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'

/** 药品价格异常: a drug that costs far more than in the region, or than at the same institution before. */
const HISTORY = 12
const some = (names: readonly string[], serial: number) =>
  names.map((name, i) =>
    drug({ serial: serial + i, atc: 'A16AX', name: `特需药${name}(样例)`, price: 2000, pack_days: 7, pack_units: 10 }),
  )
const DRUGS = some(['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛'], 31_101)
const many = (name: string, serial: number) =>
  some(
    Array.from({ length: 200 }, (_, i) => `${name}${i + 1}`),
    serial,
  )
/** A drug in a region is one alert: what is taken back must not stand in another case's. */
const TAKEN_BACK = many('子', 31_201)
/** Nor are sales of few when other scenes of the region sell the same. */
const SELDOM = many('丑', 31_401)

/** So many sales of the drug at these prices (fen) over four days, then one at another. */
function sells(scene: Scene, item: Item, prices: readonly number[], price: number, places = 3) {
  const shops = Array.from({ length: places }, () => scene.found({ kind: 'pharmacy' }))
  for (let i = 0; i < prices.length; i++) {
    scene.visit({
      ...{ person: scene.person({ row: false }), institution: shops[i % places]!, aside: true },
      ...{ at: scene.at('09:00', -HISTORY + (i % 4)) + (i + 1) * 0.25 * HOUR, lines: [{ item, pric: prices[i]! }] },
    })
  }
  scene.subject = item.code
  return scene.visit({ person: scene.person(), institution: shops[0]!, at: scene.at('10:20'), lines: [{ item, pric: price }] })
}

const usual = (count: number, price = 2000) => Array.from({ length: count }, () => price)
const mixed = (count: number) => Array.from({ length: count }, (_, i) => 2000 + 100 * (i % 3))

export const ANO_11: Plant = {
  detector_id: 'ANO-11',
  items: [...DRUGS, ...TAKEN_BACK, ...SELDOM],
  cases: [
    { name: 'far-above-the-median', history: HISTORY, play: (scene) => void sells(scene, DRUGS[0]!, usual(30), 3200) },
    { name: 'outside-the-spread', history: HISTORY, play: (scene) => void sells(scene, DRUGS[1]!, mixed(33), 2900) },
    { name: 'above-the-own-price', history: HISTORY, play: (scene) => void sells(scene, DRUGS[2]!, usual(6), 2700, 1) },
    {
      name: 'taken-back',
      retract: true,
      history: HISTORY,
      play(scene) {
        const dear = sells(scene, scene.random.pick(TAKEN_BACK), usual(6), 3300, 1)
        scene.void(dear, dear.setl_time + 3 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'a-quarter-above', history: HISTORY, play: (scene) => void sells(scene, DRUGS[4]!, usual(6), 2500, 1) },
    {
      name: 'among-few',
      history: HISTORY,
      play: (scene) => void sells(scene, scene.random.pick(SELDOM), usual(9), 3200),
    },
    { name: 'a-box-for-a-strip', history: HISTORY, play: (scene) => void sells(scene, DRUGS[6]!, usual(30), 20_000) },
  ],
}
