import { type Scenario, spread } from './story.ts'

const MONTH = '2025-03'
const QUOTA = 50_000

/** Five hospitals and a medical community under monthly budgets. */
export const fnd01: Scenario = {
  summary: 'Budgets that are overrun, nearly spent, spent too quickly, shared, and kept.',
  tell(story) {
    const budgeted = (owner: string) => story.reference('budget', `${owner}:${MONTH}`, { quota: QUOTA })
    /** Spends such a share of the budget on so many of the month's days. */
    const spend = (institution: string, share: number, until = 31) => {
      const days = spread(MONTH, 31).slice(0, until)
      return days.map((day) => story.visit({ institution, day, cost: (QUOTA * share) / until / 0.7 }))
    }
    const [over, nearly, hasty, kept] = story.institutions(4)
    for (const hospital of [over!, nearly!, hasty!, kept!]) budgeted(hospital)
    story.found('FND-01', over!, spend(over!, 1.06))
    story.found('FND-01', nearly!, spend(nearly!, 0.86))
    // Three fifths of it by the middle of the month, and nothing after.
    story.found('FND-01', hasty!, spend(hasty!, 0.62, 15))
    story.decoy('FND-01', spend(kept!, 0.78))
    const members = story.institutions(2, { row: { group_id: 'GROUP990101' } })
    budgeted('GROUP990101')
    story.found('FND-01', 'GROUP990101', [...spend(members[0]!, 0.5), ...spend(members[1]!, 0.43)])
    // Nobody has told what it may spend.
    story.decoy('FND-01', spend(story.institution(), 3))
  },
}
