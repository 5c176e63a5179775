import { parseDay } from '../../../schemas/time.ts'
import type { Scenario } from './story.ts'

const [METFORMIN, GLIPIZIDE, SITAGLIPTIN] = ['XA10BAA001A001010115001', 'XA10BBA001A001010115002', 'XA10BHA001A001010115003']

/** Persons with a second-line drug, and what they took in the year before. */
export const pol15: Scenario = {
  summary: 'Second-line drugs with and without a drug of the first line in the year before; the history reaches back further.',
  tell(story) {
    for (const [code, pharm_class] of [
      [METFORMIN, 'A10BA'],
      [GLIPIZIDE, 'A10BB'],
      [SITAGLIPTIN, 'A10BH'],
    ] as const)
      story.reference('item', code, { name: `降糖药${pharm_class}(样例)`, list_type: '101', pharm_class, pack_days: 28 })
    story.reference('second_line', 'p15', { code: SITAGLIPTIN, first_line: [METFORMIN, GLIPIZIDE] })
    const [clinic, hospital] = [story.institution({ kind: 'clinic', level: '1' }), story.institution({ level: '3' })]
    const fill = (person: string, code: string, day: string, { institution = hospital, diagnosis = 'E11.900' } = {}) =>
      story.visit({
        institution,
        person,
        day: parseDay(day),
        diagnosis,
        lines: [{ code, list_type: '101', type: '09', cost: 58.6 }],
      })
    // Known since then.
    fill(story.person(), METFORMIN, '2024-06-03')

    const never = story.person()
    story.found('POL-15', never, [fill(never, SITAGLIPTIN, '2026-01-12')])
    const longAgo = story.person()
    fill(longAgo, METFORMIN, '2024-11-04')
    story.found('POL-15', longAgo, [fill(longAgo, SITAGLIPTIN, '2026-01-13')])
    const monthly = story.person()
    story.found(
      'POL-15',
      monthly,
      ['2025-11-03', '2025-12-01', '2026-01-05'].map((day) => fill(monthly, SITAGLIPTIN, day)),
    )
    const afterwards = story.person()
    const early = fill(afterwards, SITAGLIPTIN, '2025-12-08')
    fill(afterwards, GLIPIZIDE, '2026-01-08')
    story.found('POL-15', afterwards, [early])

    const tried = story.person()
    fill(tried, GLIPIZIDE, '2025-01-14', { institution: clinic })
    story.decoy('POL-15', [fill(tried, SITAGLIPTIN, '2026-01-13')])
    const allergic = story.person()
    story.decoy('POL-15', [fill(allergic, SITAGLIPTIN, '2026-01-15', { diagnosis: 'Z88.800' })])
    const firstLineOnly = story.person()
    story.decoy('POL-15', [fill(firstLineOnly, METFORMIN, '2026-01-16')])
    // The year before is not known.
    const unknown = story.person()
    story.decoy('POL-15', [fill(unknown, SITAGLIPTIN, '2025-05-05')])
    const person = story.person()
    const takenBack = fill(person, SITAGLIPTIN, '2026-01-19')
    story.void(takenBack, hospital, person, parseDay('2026-01-20'))
    story.decoy('POL-15', [takenBack])
  },
}
