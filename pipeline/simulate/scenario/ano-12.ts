import { type Scenario, spread } from './story.ts'

const MONTH = '2025-07'
const SETTLEMENTS = 520

/** Amounts over two orders of magnitude, whose first digits lie as in nature; and some that do not. */
export const ano12: Scenario = {
  summary: 'Amounts with unnatural first digits, or whole hundreds far too often.',
  tell(story) {
    // Evenly over the logarithm: five hundred amounts left to chance would deviate by chance.
    const natural = (i: number) => 20.03 * 10 ** ((2 * ((i * 0.618_034) % 1) * SETTLEMENTS + story.random.next()) / SETTLEMENTS)
    const month = (institution: string, cost: (i: number) => number, count = SETTLEMENTS) =>
      spread(MONTH, count).map((day, i) => story.visit({ institution, day, cost: Math.round(cost(i) * 100) / 100 }))
    for (const institution of story.institutions(4)) month(institution, natural)
    const [invented, whole, few] = story.institutions(3)
    story.found(
      'ANO-12',
      invented!,
      month(invented!, () => 600 + story.random.below(39_900) / 100),
    )
    const hundreds = () => 100 * story.random.between(1, 19)
    story.found(
      'ANO-12',
      whole!,
      month(whole!, (i) => (story.random.chance(0.3) ? hundreds() : natural(i))),
    )
    story.decoy(
      'ANO-12',
      month(few!, () => 777, 300),
    )
    // A pharmacy sells at a few fixed prices.
    story.decoy(
      'ANO-12',
      month(story.institution({ kind: 'pharmacy' }), () => 38 + 7 * story.random.below(15)),
    )
  },
}
