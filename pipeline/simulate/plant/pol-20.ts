import { LONG_AGO } from '../institution.ts'
import { drug } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { VisitSpec } from '../script.ts'

/** 门慢特病种外用药: two diseases with a list each, and a drug in neither. */
const [EPILEPSY, THYROID] = ['M92001', 'M92002']
const VALPROATE = drug({ serial: 12001, atc: 'N03AG', name: '丙戊酸钠片(样例)', price: 2100, pack_days: 28 })
const THYROXINE = drug({ serial: 12002, atc: 'H03AA', name: '左甲状腺素钠片(样例)', price: 1500, pack_days: 28 })
const VITAMIN = drug({ serial: 12003, atc: 'A11CC', name: '骨化三醇胶丸(样例)', price: 3900, pack_days: 28 })

const registered = (scene: Scene, ...diseases: string[]) =>
  scene.person({ row: { chronic: diseases.map((dise_codg) => ({ dise_codg, from: LONG_AGO })) } })

const chronic = (scene: Scene, of: Pick<VisitSpec, 'person' | 'lines' | 'dise_codg'>) =>
  scene.visit({ institution: scene.hospital(), at: scene.morning(), med_type: '14', ordinary: false, ...of })

export const POL_20: Plant = {
  detector_id: 'POL-20',
  items: [VALPROATE, THYROXINE, VITAMIN],
  knowledge: () => [
    { table: 'chronic_list', id: EPILEPSY, row: { codes: [VALPROATE.code] }, effective_from: LONG_AGO },
    { table: 'chronic_list', id: THYROID, row: { codes: [THYROXINE.code] }, effective_from: LONG_AGO },
  ],
  cases: [
    {
      name: 'in-no-list',
      play(scene) {
        const person = registered(scene, EPILEPSY)
        chronic(scene, { person, dise_codg: EPILEPSY, lines: [{ item: VALPROATE }, { item: VITAMIN }] })
      },
    },
    {
      name: 'of-a-disease-that-is-not-registered',
      play(scene) {
        chronic(scene, { person: registered(scene, EPILEPSY), dise_codg: THYROID, lines: [{ item: THYROXINE }] })
      },
    },
    {
      name: 'of-the-disease-that-the-settlement-names',
      play(scene) {
        chronic(scene, { person: registered(scene), dise_codg: THYROID, lines: [{ item: VALPROATE }] })
      },
    },
    {
      name: 'after-the-registration-has-ended',
      play(scene) {
        const ended = { dise_codg: THYROID, from: LONG_AGO, to: scene.date(-1) }
        const person = scene.person({ row: { chronic: [{ dise_codg: EPILEPSY, from: LONG_AGO }, ended] } })
        chronic(scene, { person, dise_codg: THYROID, lines: [{ item: THYROXINE }] })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const first = chronic(scene, { person: registered(scene, EPILEPSY), lines: [{ item: VITAMIN }] })
        scene.void(first, first.setl_time + 5 * 3600)
      },
    },
  ],
  decoys: [
    {
      name: 'in-the-list',
      play: (scene) => void chronic(scene, { person: registered(scene, EPILEPSY), lines: [{ item: VALPROATE }] }),
    },
    {
      name: 'of-either-disease',
      play(scene) {
        const person = registered(scene, EPILEPSY, THYROID)
        chronic(scene, { person, dise_codg: EPILEPSY, lines: [{ item: VALPROATE }, { item: THYROXINE }] })
      },
    },
    {
      name: 'in-an-ordinary-visit',
      play(scene) {
        const person = registered(scene, EPILEPSY)
        scene.visit({ person, institution: scene.hospital(), at: scene.morning(), ordinary: false, lines: [{ item: VITAMIN }] })
      },
    },
    {
      name: 'a-disease-without-a-list',
      play: (scene) =>
        void chronic(scene, { person: registered(scene, 'M92009'), dise_codg: 'M92009', lines: [{ item: VITAMIN }] }),
    },
  ],
}
