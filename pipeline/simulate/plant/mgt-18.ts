import { drug } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { LineSpec } from '../script.ts'

/** 追溯码重复: one package sold more than once. */
const BOX = drug({ serial: 21801, atc: 'C10AB', name: '非诺贝特胶囊(样例)', price: 3600, pack_days: 5 })
const VIALS = drug({
  serial: 21802,
  atc: 'A11DA',
  name: '维生素B1注射液(可拆零样例)',
  price: 1200,
  pack_days: 10,
  pack_units: 10,
})

const boxes = (code: string): LineSpec[] => [{ item: BOX, codes: [code] }]
const vials = (code: string, cnt: number): LineSpec[] => [
  { item: VIALS, cnt, pric: 120, prd_days: 2, codes: [code], split: true, fields: { trdn_flag: '1' } },
]

/** Sales of packages with the same code, each to somebody else at another pharmacy, a day apart. */
function sales(scene: Scene, lines: readonly (readonly LineSpec[])[]) {
  return lines.map((each, i) =>
    scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.at('10:15', i), lines: each }),
  )
}

function startsWith(scene: Scene): string {
  const code = scene.traceCode(BOX)
  scene.subject = code
  return code
}

export const MGT_18: Plant = {
  detector_id: 'MGT-18',
  items: [BOX, VIALS],
  cases: [
    {
      name: 'two-people',
      play(scene) {
        const code = startsWith(scene)
        sales(scene, [boxes(code), boxes(code)])
      },
    },
    {
      name: 'scanned-twice-for-one-person',
      play(scene) {
        const [person, institution, code] = [scene.person(), scene.pharmacy(), startsWith(scene)]
        scene.visit({ person, institution, at: scene.at('10:00'), lines: boxes(code) })
        scene.visit({ person, institution, at: scene.at('17:00'), lines: [...boxes(code), { item: VIALS }] })
      },
    },
    {
      name: 'a-photographed-code',
      play(scene) {
        const [institution, code] = [scene.pharmacy(), startsWith(scene)]
        for (const later of [0, 1, 2, 3])
          scene.visit({ person: scene.person(), institution, at: scene.at('16:20', later), lines: boxes(code) })
      },
    },
    {
      name: 'a-hospital-and-a-pharmacy',
      play(scene) {
        const code = startsWith(scene)
        scene.visit({ person: scene.person(), institution: scene.hospital(), at: scene.at('09:40'), lines: boxes(code) })
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at: scene.at('19:05', 2), lines: boxes(code) })
      },
    },
    {
      name: 'more-vials-than-the-package-holds',
      play(scene) {
        const code = scene.traceCode(VIALS)
        scene.subject = code
        sales(scene, [vials(code, 6), vials(code, 6)])
      },
    },
    {
      name: 'one-of-two-sales-taken-back',
      retract: true,
      play(scene) {
        const code = startsWith(scene)
        const [first] = sales(scene, [boxes(code), boxes(code)])
        scene.void(first!, scene.at('15:00', 2))
      },
    },
  ],
  decoys: [
    {
      name: 'taken-back-and-sold-again',
      play(scene) {
        const code = startsWith(scene)
        const first = scene.visit({
          person: scene.person(),
          institution: scene.pharmacy(),
          at: scene.at('10:00'),
          lines: boxes(code),
        })
        scene.void(first, scene.at('10:06'))
        scene.visit({ person: scene.person(), institution: first.institution, at: scene.at('18:00', 1), lines: boxes(code) })
      },
    },
    {
      name: 'returned-and-sold-again',
      play(scene) {
        const [institution, code] = [scene.pharmacy(), startsWith(scene)]
        const person = scene.person()
        const first = scene.visit({ person, institution, at: scene.at('10:00'), lines: boxes(code) })
        scene.send(scene.at('11:30', 1), {
          kind: 'inventory',
          inv_type: 'sale_return',
          inv_id: `R${first.setl_id}`,
          fixmedins_code: institution.code,
          med_list_codg: BOX.code,
          setl_id: first.setl_id,
          psn_no: person.psn_no,
          cnt: 1,
          pric: BOX.price / 100,
          time: scene.text(scene.at('11:30', 1)),
          drug_trac_info: [{ drug_trac_codg: code }],
        })
        scene.visit({ person: scene.person(), institution, at: scene.at('16:00', 2), lines: boxes(code) })
      },
    },
    {
      name: 'all-vials-of-one-package',
      play(scene) {
        const code = scene.traceCode(VIALS)
        sales(scene, [vials(code, 6), vials(code, 4)])
      },
    },
    {
      name: 'twice-inside-one-settlement',
      play(scene) {
        const code = startsWith(scene)
        const line = { item: BOX, codes: [code] }
        const at = scene.at('10:00')
        const lines = [line, { ...line, at: at + 1 }]
        scene.visit({ person: scene.person(), institution: scene.pharmacy(), at, lines })
      },
    },
  ],
}
