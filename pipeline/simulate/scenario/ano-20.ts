import { type Scenario, spread } from './story.ts'

const MONTH = '2025-09'

/** Hospitals whose stays last from a few days to three weeks; at one of them many end just before the fifteenth day is over. */
export const ano20: Scenario = {
  summary: 'A hospital from which patients are discharged after fourteen or fifteen days.',
  tell(story) {
    const month = (institution: string, nights: (i: number) => number, count = 90, med_type = '21') =>
      spread(MONTH, count).map((day, i) =>
        story.stay({ institution, day, nights: nights(i), person: story.person(), cost: 6000, med_type }),
      )
    const usual = (i: number) => 3 + (i % 18)
    for (const institution of story.institutions(3)) month(institution, usual)
    const [limit, few, pathway] = story.institutions(3)
    const at_limit = (i: number) => (i % 5 < 2 ? 14 + (i % 2) : usual(i))
    story.found('ANO-20', limit!, month(limit!, at_limit))
    story.decoy(
      'ANO-20',
      month(few!, (i) => (i < 3 ? 15 : 3 + (i % 9)), 40),
    )
    // 单病种: a pathway of two weeks.
    story.decoy(
      'ANO-20',
      month(pathway!, () => 14, 60, '26'),
    )
  },
}
