import { parseDay } from '../../../schemas/time.ts'
import type { Scenario } from './story.ts'

const FIRST = parseDay('2025-10-01')
const WEEKS = 6

/** A town where everybody goes somewhere else each time, and seven who always go together. */
export const ano10: Scenario = {
  summary: 'Persons who visit one doctor and then one pharmacy together again and again; families and villages do not count.',
  tell(story) {
    const hospitals = story.institutions(8)
    const pharmacies = story.institutions(8, { kind: 'pharmacy' })
    const all = [...hospitals, ...pharmacies]
    const townspeople = Array.from({ length: 160 }, () => story.person())
    for (let day = 0; day < 7 * WEEKS; day++)
      for (let i = 0; i < 30; i++) {
        const institution = story.random.pick(all)
        story.visit({
          institution,
          day: FIRST + day,
          person: story.random.pick(townspeople),
          doctor: doctorOf(institution, story.random.below(6)),
        })
      }
    /** So many persons on the same days at one doctor's, and an hour later at one counter. */
    const together = (count: number, hospital: string, pharmacy: string, weeks = WEEKS) => {
      const people = Array.from({ length: count }, () => story.person())
      return Array.from({ length: weeks * 2 }, (_, visit) => FIRST + 1 + visit * 3).flatMap((day) =>
        people.flatMap((person, i) => {
          const minute = String(10 + 5 * i).padStart(2, '0')
          const seen = story.visit({ institution: hospital, day, time: `09:${minute}`, person, doctor: doctorOf(hospital, 9) })
          return [seen, story.visit({ institution: pharmacy, day, time: `10:${minute}`, person, cost: 260 })]
        }),
      )
    }
    const ring = together(7, hospitals[0]!, pharmacies[0]!)
    story.found('ANO-10', '', ring, ['MGT-09', 'MGT-10'])
    // A family.
    story.decoy('ANO-10', together(3, hospitals[1]!, pharmacies[1]!))
    // A village with one clinic and one pharmacy: there is nowhere else to go.
    const [clinic] = story.institutions(1, { kind: 'clinic', level: '1', admdvs: '990177' })
    const counter = story.institution({ kind: 'pharmacy', admdvs: '990177' })
    story.decoy('ANO-10', together(7, clinic!, counter))
  },
}

function doctorOf(institution: string, number: number): string {
  return institution.startsWith('P') ? '' : `D${institution.slice(1, 7)}${institution.slice(-3)}${number}00`
}
