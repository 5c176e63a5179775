import { ACUTE_DRUGS, EXAMINATIONS } from '../catalogue.ts'
import type { Institution } from '../institution.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { PersonSpec, StaySpec, VisitSpec } from '../script.ts'

/** 住院期间门诊/购药: a fund-paid visit or purchase inside a stay, two hours from either end. */
function inHospital(scene: Scene, spec: Partial<StaySpec> = {}, of: PersonSpec = {}) {
  const [ward, elsewhere] = scene.twoHospitals()
  const person = scene.person(of)
  scene.subject = person.psn_no
  scene.stay({ person, institution: ward, from: scene.at('09:30'), to: scene.at('10:30', 5), ...spec })
  return { person, ward, elsewhere }
}

function goesOut(scene: Scene, spec: Partial<VisitSpec>, stay: Partial<StaySpec> = {}, of: PersonSpec = {}) {
  const { person, elsewhere } = inHospital(scene, stay, of)
  return scene.visit({ person, institution: elsewhere, at: scene.at('10:20', 2), ...spec })
}

/** A purchase on an outside prescription of `hospital`. */
function prescribed(scene: Scene, hospital: Institution): Partial<VisitSpec> {
  const doctor = hospital.outpatient[0]!
  const lines = [{ item: scene.random.pick(ACUTE_DRUGS), doctor, fields: { rx_circ_flag: '1' } }]
  return { institution: scene.pharmacy(), lines }
}

const medicine = (scene: Scene): Partial<VisitSpec> => ({
  institution: scene.pharmacy(),
  lines: [{ item: scene.random.pick(ACUTE_DRUGS) }],
})

export const MGT_07: Plant = {
  detector_id: 'MGT-07',
  cases: [
    { name: 'a-visit-elsewhere', play: (scene) => void goesOut(scene, {}) },
    { name: 'a-purchase', play: (scene) => void goesOut(scene, medicine(scene)) },
    { name: 'a-chronic-disease-visit', play: (scene) => void goesOut(scene, { med_type: '14', dise_codg: 'M03900' }) },
    { name: 'an-emergency-elsewhere', play: (scene) => void goesOut(scene, { med_type: '13' }) },
    { name: 'a-maternity-visit', play: (scene) => void goesOut(scene, { med_type: '51' }, {}, { gend: '2' }) },
    { name: 'a-stay-learned-at-settlement', play: (scene) => void goesOut(scene, {}, { admission: false, discharge: false }) },
    {
      name: 'a-discharge-two-days-late',
      play: (scene) => void goesOut(scene, {}, { discharge: { arrival: scene.at('08:00', 7) }, settled: scene.at('09:00', 7) }),
    },
    {
      name: 'a-prescription-of-another-hospital',
      play(scene) {
        const { person, elsewhere } = inHospital(scene)
        scene.visit({ person, at: scene.at('15:00', 3), ...prescribed(scene, elsewhere), institution: scene.pharmacy() })
      },
    },
    {
      name: 'the-visit-taken-back',
      retract: true,
      play(scene) {
        const visit = goesOut(scene, {})
        scene.void(visit, scene.at('16:00', 6))
      },
    },
  ],
  decoys: [
    { name: 'an-hour-after-admission', play: (scene) => void goesOut(scene, { at: scene.at('11:00') }) },
    { name: 'an-hour-before-discharge', play: (scene) => void goesOut(scene, { at: scene.at('09:20', 5) }) },
    { name: 'after-discharge', play: (scene) => void goesOut(scene, { at: scene.at('11:20', 5) }) },
    { name: 'the-fund-paid-nothing', play: (scene) => void goesOut(scene, { ...medicine(scene), fund: 'none' }) },
    {
      name: 'an-examination-sent-out-by-the-ward',
      play: (scene) =>
        void goesOut(scene, { ordinary: false, lines: [{ item: scene.random.pick(EXAMINATIONS), fields: { etip_flag: '1' } }] }),
    },
    {
      name: 'a-prescription-of-the-ward',
      play(scene) {
        const { person, ward } = inHospital(scene)
        scene.visit({ person, at: scene.at('15:00', 3), ...prescribed(scene, ward), institution: scene.pharmacy() })
      },
    },
    { name: 'the-evening-before', play: (scene) => void goesOut(scene, { at: scene.at('20:00', -1), ...medicine(scene) }) },
  ],
}
