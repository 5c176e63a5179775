import { LONG_AGO } from '../institution.ts'
import { drug, type Item, service } from '../item.ts'
import type { Plant } from '../planting.ts'

/** 性别限定不符. */
const UTERUS = service({ serial: 10701, type: '03', name: '经阴道超声(限女性样例)', price: 9600 })
const PROSTATE_ULTRASOUND = service({ serial: 10702, type: '03', name: '前列腺超声(限男性样例)', price: 8800 })
const FINASTERIDE = drug({ serial: 10703, atc: 'G04CB', name: '非那雄胺片(限男性样例)', price: 3900, pack_days: 10 })
const FORMER = service({ serial: 10704, type: '03', name: '原限女性检查(样例)', price: 4200 })

const only = (item: Item, gend: string, effective_to?: string) => ({
  table: 'gender_limit',
  id: `p7-${item.code}`,
  row: { code: item.code, gend },
  effective_from: LONG_AGO,
  ...(effective_to === undefined ? {} : { effective_to }),
})

export const POL_07: Plant = {
  detector_id: 'POL-07',
  items: [UTERUS, PROSTATE_ULTRASOUND, FINASTERIDE, FORMER],
  knowledge: ({ region }) => [
    only(UTERUS, '2'),
    only(PROSTATE_ULTRASOUND, '1'),
    only(FINASTERIDE, '1'),
    only(FORMER, '2', region.calendar.day(-40)),
  ],
  cases: [
    {
      name: 'a-man-with-a-womans-examination',
      play: (scene) => void scene.visitWith([{ item: UTERUS }], scene.person({ gend: '1' })),
    },
    {
      name: 'a-woman-with-a-mans-examination',
      play(scene) {
        const lines = [{ item: PROSTATE_ULTRASOUND }]
        scene.visit({ person: scene.person({ gend: '2', row: false }), institution: scene.clinic(), at: scene.morning(), lines })
      },
    },
    {
      name: 'a-woman-buying-a-mans-medicine',
      play: (scene) =>
        void scene.visit({
          person: scene.person({ gend: '2' }),
          institution: scene.pharmacy(),
          at: scene.morning(),
          lines: [{ item: FINASTERIDE }],
        }),
    },
    {
      name: 'inside-a-stay',
      play(scene) {
        const person = scene.person({ gend: '1' })
        scene.stayWith([{ item: UTERUS }], scene.at('09:00'), scene.at('10:00', 3), person)
      },
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const at = scene.morning()
        const visit = scene.visit({
          person: scene.person({ gend: '1' }),
          institution: scene.hospital(),
          at,
          lines: [{ item: UTERUS }],
        })
        scene.void(visit, at + 2 * 86_400)
      },
    },
  ],
  decoys: [
    {
      name: 'the-right-sex',
      play: (scene) => void scene.visitWith([{ item: UTERUS }], scene.person({ gend: '2' })),
    },
    {
      name: 'sex-not-stated',
      play(scene) {
        const gend = scene.random.pick(['0', '9'])
        scene.visitWith([{ item: UTERUS }], scene.person({ gend, row: false }))
      },
    },
    {
      name: 'the-register-says-otherwise',
      play(scene) {
        const person = scene.person({ gend: '1', row: { gend: '2' } })
        scene.visitWith([{ item: UTERUS }], person)
      },
    },
    {
      name: 'the-limit-has-ended',
      play: (scene) => void scene.visitWith([{ item: FORMER }], scene.person({ gend: '1' })),
    },
  ],
}
