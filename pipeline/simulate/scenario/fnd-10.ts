import { parseDay } from '../../../schemas/time.ts'
import type { Scenario } from './story.ts'

const INCOME = 40_000

/** Persons with large bills over a year. */
export const fnd10: Scenario = {
  summary: 'Persons whose own part of a year’s bills weighs half of what people there live on.',
  tell(story) {
    story.reference('income', '990100:2024', { amount: INCOME })
    const institution = story.institution({ level: '3' })
    /** Bills of which the person bears three tenths. */
    const bills = (costs: readonly number[], fields: object = {}, from = '2025-02-03') => {
      const person = story.person()
      const day = (i: number) => parseDay(from) + 45 * i
      return {
        person,
        setl_ids: costs.map((cost, i) => story.visit({ institution, day: day(i), person, cost, fields: { ...fields } })),
      }
    }
    const heavy = bills([30_000, 25_000, 15_000])
    story.found('FND-10', heavy.person, heavy.setl_ids)
    const once = bills([70_000])
    story.found('FND-10', once.person, once.setl_ids)
    story.decoy('FND-10', bills([30_000, 25_000, 11_000]).setl_ids)
    // Chosen outside the list: not a burden of the policy.
    story.decoy('FND-10', bills([70_000], { fulamt_ownpay_amt: 4000, inscp_scp_amt: 66_000 }).setl_ids)
    // Half of it in the year before.
    story.decoy('FND-10', bills([40_000, 40_000], {}, '2024-12-01').setl_ids)
  },
}
