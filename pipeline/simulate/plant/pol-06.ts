import { HOUR } from '../calendar.ts'
import { LONG_AGO } from '../institution.ts'
import { consumable, service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 项目分解收费: a panel charged test by test, and a kit piece by piece. */
const PANEL = service({ serial: 10601, type: '04', name: '电解质组合(样例)', price: 5000 })
const TESTS = ['钾(组合样例)', '钠(组合样例)', '氯(组合样例)'].map((name, i) =>
  service({ serial: 10602 + i, type: '04', name, price: 2000 }),
)
const KIT = consumable({ serial: 10605, name: '中心静脉置管包(样例)', price: 38_000 })
const PIECES = ['穿刺针(样例)', '导丝(样例)', '扩张管(样例)'].map((name, i) => {
  return consumable({ serial: 10606 + i, name, price: 9000 + 1000 * i })
})

const codes = (items: typeof TESTS) => items.map(({ code }) => code)

const visit = (scene: Scene, lines: readonly LineSpec[]) =>
  scene.visit({
    person: scene.person(),
    institution: scene.hospital(),
    at: scene.morning(),
    ordinary: false,
    lines: lines.map((line) => ({ pric: line.item.price, ...line })),
  })

const all = (items: typeof TESTS, more: Partial<LineSpec> = {}) => items.map((item) => ({ item, ...more }))

export const POL_06: Plant = {
  detector_id: 'POL-06',
  items: [PANEL, ...TESTS, KIT, ...PIECES],
  knowledge: () => [
    {
      table: 'unbundling',
      id: 'p6-panel',
      row: { code: PANEL.code, components: codes(TESTS), price: 50, type: 'bundle' },
      effective_from: LONG_AGO,
    },
    {
      table: 'unbundling',
      id: 'p6-kit',
      row: { code: KIT.code, components: codes(PIECES), price: 380, type: 'kit' },
      effective_from: LONG_AGO,
    },
  ],
  cases: [
    { name: 'all-parts-of-a-panel', play: (scene) => void visit(scene, all(TESTS)) },
    { name: 'two-pieces-of-a-kit', also: ['MED-05'], play: (scene) => void visit(scene, all(PIECES.slice(0, 2))) },
    {
      name: 'inside-a-stay',
      play(scene) {
        const lines = all(TESTS, { at: scene.at('07:30', 1), pric: 2000 })
        const [from, to] = [scene.at('09:00'), scene.at('10:00', 4)]
        scene.stay({ person: scene.person(), institution: scene.hospital(), from, to, lines })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const first = visit(scene, all(TESTS))
        scene.void(first, first.setl_time + 5 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'as-a-whole', play: (scene) => void visit(scene, [{ item: PANEL }]) },
    { name: 'without-one-part', play: (scene) => void visit(scene, all(TESTS.slice(0, 2))) },
    { name: 'a-twentieth-more', play: (scene) => void visit(scene, all(TESTS, { pric: 1750 })) },
    { name: 'with-its-kit', play: (scene) => void visit(scene, [{ item: KIT }, ...all(PIECES.slice(0, 2))]) },
    { name: 'one-piece', play: (scene) => void visit(scene, all(PIECES.slice(0, 1))) },
    {
      name: 'on-two-days-of-a-stay',
      play(scene) {
        const lines = TESTS.map((item, i) => ({ item, pric: 2000, at: scene.at('07:30', 1 + Math.min(i, 1)) }))
        const [from, to] = [scene.at('09:00'), scene.at('10:00', 4)]
        scene.stay({ person: scene.person(), institution: scene.hospital(), from, to, lines })
      },
    },
  ],
}
