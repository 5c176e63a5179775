import { HOUR, MINUTE } from '../calendar.ts'
import type { Doctor, Institution } from '../institution.ts'
import { service } from '../item.ts'
import type { Plant } from '../planting.ts'
import type { Scene } from '../scene.ts'
import type { VisitSpec } from '../script.ts'

/** 医师工作量异常: more visits, hours or places in a day than one doctor can have. */
const VACCINATION = service({
  serial: 30601,
  type: '14',
  name: '预防接种(样例)',
  price: 2000,
  tags: ['vaccination', 'fixed_price'],
})
const ALSO = ['ANO-04', 'ANO-05', 'ANO-13']
/** A run in which a hundred visits of one doctor do not dwarf everything else. */
const LARGE_RUN = 20_000

interface Surgery {
  readonly institution: Institution
  readonly doctor: Doctor
}

function ownSurgery(scene: Scene): Surgery {
  const institution = scene.found({ kind: 'hospital' })
  const doctor = institution.outpatient[0]!
  scene.subject = doctor.code
  return { institution, doctor }
}

/** `count` visits of different people, evenly from one time of the day to another. */
function visits(scene: Scene, surgery: Surgery, count: number, from: number, to: number, more: Partial<VisitSpec> = {}) {
  return Array.from({ length: count }, (_, i) => {
    const at = Math.round(from + ((to - from) * i) / (count - 1))
    return scene.visit({ person: scene.person({ row: false }), at, ...surgery, ...more })
  })
}

/** One doctor seeing somebody here and somebody else there, so many minutes apart. */
function twoPlaces(scene: Scene, here: Institution, there: Institution, minutes: number) {
  const doctor = scene.hire([here.code, there.code])
  scene.subject = doctor.code
  const at = scene.morning()
  const first = scene.visit({ person: scene.person(), institution: here, doctor, at })
  return [first, scene.visit({ person: scene.person(), institution: there, doctor, at: at + minutes * MINUTE })] as const
}

/** A doctor who operates from nine o'clock for so many hours, and prescribes meanwhile. */
function operates(scene: Scene, hours: number, prescribesAt: readonly string[]) {
  const surgery = ownSurgery(scene)
  const { institution, doctor } = surgery
  const [begin, end] = [scene.at('09:00'), scene.at('09:00') + hours * HOUR]
  const operation = {
    oprn_oprt_code: '51.2300',
    oprn_oprt_date: scene.date(),
    oprn_begntime: scene.text(begin),
    oprn_endtime: scene.text(end),
    oper_dr_codg: doctor.code,
  }
  for (const time of prescribesAt) scene.visit({ person: scene.person(), at: scene.at(time), ...surgery })
  const [from, to] = [scene.at('07:30'), scene.at('17:00')]
  scene.stay({ person: scene.person(), institution, from, to, med_type: '28', fields: { oprninfo: [operation] } })
}

export const ANO_06: Plant = {
  detector_id: 'ANO-06',
  items: [VACCINATION],
  cases: [
    {
      name: 'two-towns-within-the-hour',
      play: (scene) => void twoPlaces(scene, scene.hospital(), scene.hospital(scene.neighbour()), 40),
    },
    { name: 'prescribing-during-an-operation', play: (scene) => operates(scene, 4, ['10:10', '11:30', '12:25']) },
    {
      name: 'seventeen-hours',
      also: ALSO,
      play: (scene) => void visits(scene, ownSurgery(scene), 22, scene.at('05:40'), scene.at('22:50')),
    },
    {
      name: 'one-of-two-towns-taken-back',
      retract: true,
      play(scene) {
        const [, second] = twoPlaces(scene, scene.clinic(), scene.hospital(scene.neighbour()), 35)
        scene.void(second, second.setl_time + 5 * HOUR)
      },
    },
    {
      name: 'a-hundred-and-twenty-five-visits',
      also: ALSO,
      leastSettlements: LARGE_RUN,
      play: (scene) => void visits(scene, ownSurgery(scene), 125, scene.at('07:50'), scene.at('17:50')),
    },
    {
      name: 'far-above-the-own-mean',
      also: ALSO,
      leastSettlements: LARGE_RUN,
      history: 24,
      play(scene) {
        const surgery = ownSurgery(scene)
        for (let later = -24; later < 0; later++) {
          visits(scene, surgery, scene.random.between(8, 12), scene.at('08:30', later), scene.at('16:30', later), { aside: true })
        }
        visits(scene, surgery, 80, scene.at('08:00'), scene.at('17:30'))
      },
    },
  ],
  decoys: [
    {
      name: 'two-hospitals-of-one-town',
      play(scene) {
        const [one, other] = scene.twoHospitals()
        twoPlaces(scene, one, other, 25)
      },
    },
    {
      name: 'two-towns-in-the-course-of-a-day',
      play: (scene) => void twoPlaces(scene, scene.hospital(), scene.hospital(scene.neighbour()), 95),
    },
    { name: 'prescribing-around-a-short-operation', play: (scene) => operates(scene, 1.5, ['08:40', '10:00', '11:00']) },
    {
      name: 'fifteen-and-a-half-hours',
      play: (scene) => void visits(scene, ownSurgery(scene), 24, scene.at('06:40'), scene.at('22:10')),
    },
    {
      name: 'a-long-day-with-few-visits',
      play: (scene) => void visits(scene, ownSurgery(scene), 15, scene.at('05:30'), scene.at('22:40')),
    },
    {
      name: 'a-hundred-and-eighteen-visits',
      leastSettlements: LARGE_RUN,
      play: (scene) => void visits(scene, ownSurgery(scene), 118, scene.at('06:50'), scene.at('21:40')),
    },
    {
      name: 'a-vaccination-day',
      leastSettlements: LARGE_RUN,
      play(scene) {
        const shots = {
          ordinary: false,
          lines: [{ item: VACCINATION }],
          diagnoses: [{ code: 'Z23.800', name: '预防接种', drg: '' }],
        }
        visits(scene, ownSurgery(scene), 128, scene.at('06:40'), scene.at('21:50'), shots)
      },
    },
  ],
}
