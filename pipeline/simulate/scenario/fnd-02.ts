import { type Scenario, spread } from './story.ts'

const [BEFORE, NOW] = ['2024-10', '2025-10']

/** The same month of two years, with little between. */
export const fnd02: Scenario = {
  summary: 'Visits that cost far more than a year before, in a region that stands still.',
  tell(story) {
    const visits = (institution: string, month: string, count: number, cost: number, med_type = '11') =>
      spread(month, count).map((day) =>
        story.visit({ institution, day, cost: cost * (0.9 + 0.2 * story.random.next()), med_type }),
      )
    const year = (growth: number, count = 120) => {
      const institution = story.institution()
      visits(institution, BEFORE, count, 200)
      return { institution, now: visits(institution, NOW, count, 200 * (1 + growth)) }
    }
    for (let i = 0; i < 4; i++) year(0.03)
    const dear = year(0.6)
    story.found('FND-02', dear.institution, dear.now)
    story.decoy('FND-02', year(0.17).now)
    // Half as many visits again cost more, but a hundred are needed.
    story.decoy('FND-02', year(0.8, 80).now)
    // More patients for chronic diseases, who always cost more: another mix.
    const mixed = year(0.02)
    visits(mixed.institution, BEFORE, 110, 600, '14')
    story.decoy('FND-02', [...mixed.now, ...visits(mixed.institution, NOW, 330, 610, '14')])
  },
}
