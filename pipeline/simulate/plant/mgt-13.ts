import type { Diagnosis } from '../diagnosis.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { PersonSpec, VisitSpec } from '../script.ts'

/** 诊断与性别/年龄不符. */
const diagnosis = (code: string, name: string): Diagnosis => ({ code, name, drg: '' })
const VAGINITIS = diagnosis('N76.000', '急性阴道炎')
const PROSTATE = diagnosis('N40.x00', '前列腺增生')
const DISTRESS = diagnosis('P22.000', '新生儿呼吸窘迫综合征')
const COLD = diagnosis('J06.900', '急性上呼吸道感染')

function seen(scene: Scene, of: PersonSpec, diagnoses: readonly Diagnosis[], more: Partial<VisitSpec> = {}) {
  return scene.visit({ person: scene.person(of), institution: scene.hospital(), at: scene.morning(), diagnoses, ...more })
}

export const MGT_13: Plant = {
  detector_id: 'MGT-13',
  cases: [
    { name: 'a-man-with-a-womans-disease', play: (scene) => void seen(scene, { gend: '1' }, [VAGINITIS]) },
    { name: 'a-woman-with-a-mans-disease', play: (scene) => void seen(scene, { gend: '2' }, [COLD, PROSTATE]) },
    { name: 'a-grown-man-with-a-newborns-disease', play: (scene) => void seen(scene, { gend: '1' }, [DISTRESS]) },
    {
      name: 'in-a-stay',
      play: (scene) =>
        void scene.stay({
          person: scene.person({ gend: '1' }),
          institution: scene.hospital(),
          from: scene.at('09:30'),
          to: scene.at('10:00', 4),
          diagnosis: VAGINITIS,
        }),
    },
    {
      name: 'taken-back',
      retract: true,
      play(scene) {
        const visit = seen(scene, { gend: '2' }, [PROSTATE])
        scene.void(visit, visit.setl_time + 20 * 3600)
      },
    },
  ],
  decoys: [
    { name: 'a-woman-with-her-disease', play: (scene) => void seen(scene, { gend: '2' }, [VAGINITIS]) },
    { name: 'a-man-with-his-disease', play: (scene) => void seen(scene, { gend: '1' }, [PROSTATE]) },
    { name: 'a-child-before-its-first-birthday', play: (scene) => void seen(scene, { brdy: scene.date(-300) }, [DISTRESS]) },
    {
      name: 'a-newborn-on-its-mothers-record',
      play: (scene) =>
        void scene.stay({
          person: scene.person({ gend: '2', brdy: '1994-04-05' }),
          institution: scene.hospital(),
          from: scene.at('09:30'),
          to: scene.at('10:00', 4),
          diagnosis: DISTRESS,
        }),
    },
  ],
}
