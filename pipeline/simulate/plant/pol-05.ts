import { HOUR } from '../calendar.ts'
import { LONG_AGO } from '../institution.ts'
import { type Item, service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 手术未按规定折价: operations through one incision, of which all but one are charged at half. */
const GALL = service({ serial: 10501, type: '06', name: '胆囊切除术(样例)', price: 160_000 })
const APPENDIX = service({ serial: 10502, type: '06', name: '阑尾切除术(样例)', price: 90_000 })
const HERNIA = service({ serial: 10503, type: '06', name: '腹股沟疝修补术(样例)', price: 80_000 })
const GROUP = [GALL, APPENDIX, HERNIA]

const ALSO = ['MED-10', 'MED-07', 'FND-07']

function operated(scene: Scene, lines: readonly LineSpec[]) {
  const institution = scene.hospital()
  const doctor = institution.ward[0]!
  return scene.stay({
    person: scene.person(),
    institution,
    from: scene.at('08:30'),
    to: scene.at('10:00', 4),
    lines: lines.map((line) => ({ at: scene.at('10:30', 1), doctor, pric: line.item.price, ...line })),
  })
}

const half = (item: Item): LineSpec => ({ item, cnt: 0.5 })

export const POL_05: Plant = {
  detector_id: 'POL-05',
  items: GROUP,
  knowledge: () => [
    { table: 'discount', id: 'p5-abdomen', row: { codes: GROUP.map(({ code }) => code), ratio: 0.5 }, effective_from: LONG_AGO },
    ...GROUP.map(({ code, price }) => ({
      table: 'price_cap',
      id: `p5-${code}`,
      row: { code, cap: price / 100 },
      effective_from: LONG_AGO,
    })),
  ],
  cases: [
    { name: 'both-in-full', also: ALSO, play: (scene) => void operated(scene, [{ item: APPENDIX }, { item: GALL }]) },
    {
      name: 'the-third-in-full',
      also: ALSO,
      play: (scene) => void operated(scene, [{ item: GALL }, half(APPENDIX), { item: HERNIA }]),
    },
    {
      name: 'less-discount-than-due',
      also: ALSO,
      play: (scene) => void operated(scene, [{ item: GALL }, { item: APPENDIX, pric: 63_000 }]),
    },
    {
      name: 'taken-back',
      retract: true,
      also: ALSO,
      play(scene) {
        const stay = operated(scene, [{ item: APPENDIX }, { item: GALL }])
        scene.void(stay, stay.setl_time + 5 * HOUR)
      },
    },
  ],
  decoys: [
    { name: 'half-the-count', play: (scene) => void operated(scene, [{ item: GALL }, half(APPENDIX)]) },
    { name: 'half-the-price', play: (scene) => void operated(scene, [{ item: GALL }, { item: HERNIA, pric: 40_000 }]) },
    { name: 'one-operation', play: (scene) => void operated(scene, [{ item: APPENDIX }]) },
    {
      name: 'on-two-days',
      play: (scene) => void operated(scene, [{ item: GALL }, { item: APPENDIX, at: scene.at('10:30', 3) }]),
    },
  ],
}
