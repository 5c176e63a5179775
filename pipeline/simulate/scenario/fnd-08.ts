import { parseDay } from '../../../schemas/time.ts'
import { days, type Scenario } from './story.ts'

/** Two years of four pools, and a month of visits by which time passes. */
const MONTHS = Array.from({ length: 24 }, (_, i) => `${2024 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`)

export const fnd08: Scenario = {
  summary: 'Pools that last for two or five months, one whose expenditure grows too fast, and a sound one.',
  tell(story) {
    const pool = (admdvs: string, expenditure: (i: number) => number, balance: number) => {
      MONTHS.forEach((month, i) => {
        const spent = Math.round(expenditure(i))
        story.reference('pool', `${admdvs}:310:${month}`, { income: 10_400_000, expenditure: spent, balance })
      })
      const institution = story.institution({ admdvs: `${admdvs.slice(0, 4)}01` })
      for (const day of days('2025-12-05', '2026-01-01')) story.visit({ institution, day })
      return `${admdvs}:310`
    }
    const steady = () => 10_000_000
    story.found('FND-08', pool('990100', steady, 52_000_000))
    story.found('FND-08', pool('990200', steady, 21_000_000))
    story.found(
      'FND-08',
      pool('990300', (i) => (i < 12 ? 8_000_000 : 10_200_000), 200_000_000),
    )
    pool('990400', (i) => 10_000_000 + 60_000 * i, 90_000_000)
    // Supervised elsewhere: no row, no word.
    story.visit({ institution: story.institution({ admdvs: '990501' }), day: parseDay('2025-12-20') })
  },
}
