import type { Diagnosis } from '../diagnosis.ts'
import { LONG_AGO } from '../institution.ts'
import { drug, type Item } from '../item.ts'
import type { Plant } from '../planting.ts'

/** 限适应症: payable only with one (or all) of the listed diagnoses. */
const INSULIN = drug({ serial: 10901, atc: 'A10AE', name: '甘精胰岛素(限糖尿病样例)', price: 12_800, pack_days: 14, lv: '2' })
const ALBUMIN = drug({ serial: 10902, atc: 'B05AA', name: '人血白蛋白(限肝硬化腹水样例)', price: 36_000, pack_days: 1, lv: '2' })
const THROMBOLYTIC = drug({ serial: 10903, atc: 'B01AX', name: '奥扎格雷(限脑梗死样例)', price: 4200, pack_days: 1, lv: '2' })

const DIABETES: Diagnosis = { code: 'E11.900', name: '2型糖尿病', drg: '' }
const CIRRHOSIS: Diagnosis = { code: 'K74.600', name: '肝硬化', drg: 'GZ15' }
const ASCITES: Diagnosis = { code: 'R18.x00', name: '腹水', drg: '' }
const COLD: Diagnosis = { code: 'J06.900', name: '急性上呼吸道感染', drg: '' }
const PNEUMONIA: Diagnosis = { code: 'J18.900', name: '肺炎', drg: 'ES33' }

const payableFor = (item: Item, icd_prefixes: string[], match: 'any' | 'all', strict: boolean) => ({
  table: 'indication',
  id: `p9-${item.code}`,
  row: { code: item.code, icd_prefixes, match, strict },
  effective_from: LONG_AGO,
})

export const POL_09: Plant = {
  detector_id: 'POL-09',
  items: [INSULIN, ALBUMIN, THROMBOLYTIC],
  knowledge: () => [
    payableFor(INSULIN, ['E10', 'E11', 'E14'], 'any', true),
    payableFor(ALBUMIN, ['K74', 'R18'], 'all', true),
    payableFor(THROMBOLYTIC, ['I63', 'I64'], 'any', false),
  ],
  cases: [
    {
      name: 'none-of-the-diagnoses',
      play(scene) {
        const lines = [{ item: INSULIN }]
        scene.visit({ person: scene.person(), institution: scene.hospital(), at: scene.morning(), diagnoses: [COLD], lines })
      },
    },
    {
      name: 'not-strict',
      play(scene) {
        const lines = [{ item: THROMBOLYTIC, cnt: 3 }]
        scene.visit({ person: scene.person(), institution: scene.hospital(), at: scene.morning(), diagnoses: [COLD], lines })
      },
    },
    {
      name: 'one-of-two-required-diagnoses',
      play(scene) {
        const lines = [{ item: ALBUMIN }]
        scene.visit({ person: scene.person(), institution: scene.hospital(), at: scene.morning(), diagnoses: [CIRRHOSIS], lines })
      },
    },
    {
      name: 'inside-a-stay',
      play(scene) {
        const [person, institution] = [scene.person(), scene.hospital()]
        const lines = [{ item: ALBUMIN, cnt: 2 }]
        scene.stay({ person, institution, from: scene.at('09:00'), to: scene.at('10:00', 4), diagnosis: PNEUMONIA, lines })
      },
    },
    {
      name: 'bought-at-a-pharmacy',
      play(scene) {
        const lines = [{ item: INSULIN }]
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.morning(), diagnoses: [COLD], lines })
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const at = scene.morning()
        const visit = scene.visit({
          person: scene.person(),
          institution: scene.hospital(),
          at,
          diagnoses: [COLD],
          lines: [{ item: INSULIN }],
        })
        scene.void(visit, at + 7 * 3600)
      },
    },
  ],
  decoys: [
    {
      name: 'as-second-diagnosis',
      play(scene) {
        const lines = [{ item: INSULIN }]
        scene.visit({
          person: scene.person(),
          institution: scene.hospital(),
          at: scene.morning(),
          diagnoses: [COLD, DIABETES],
          lines,
        })
      },
    },
    {
      name: 'both-required-diagnoses',
      play(scene) {
        const lines = [{ item: ALBUMIN }]
        scene.visit({
          person: scene.person(),
          institution: scene.hospital(),
          at: scene.morning(),
          diagnoses: [ASCITES, CIRRHOSIS],
          lines,
        })
      },
    },
    {
      name: 'no-diagnosis-at-all',
      play(scene) {
        const lines = [{ item: INSULIN }]
        scene.visit({ person: scene.person(), institution: scene.hospital(), at: scene.morning(), diagnoses: [], lines })
      },
    },
    {
      name: 'named-at-admission-only',
      play(scene) {
        const [person, institution] = [scene.person(), scene.hospital()]
        const [from, to] = [scene.at('09:00'), scene.at('10:00', 4)]
        scene.stay({
          person,
          institution,
          from,
          to,
          diagnosis: PNEUMONIA,
          admitted_for: 'I63.900',
          lines: [{ item: THROMBOLYTIC, cnt: 2 }],
        })
      },
    },
  ],
}
