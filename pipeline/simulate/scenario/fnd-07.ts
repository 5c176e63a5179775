import { parseDay } from '../../../schemas/time.ts'
import type { Scenario, StayGiven } from './story.ts'

const MEAN = 8000
const DAY = parseDay('2025-06-10')

/** Stays of one payment group. */
export const fnd07: Scenario = {
  summary: 'Stays that cost three times what their group costs, or less than two fifths of it.',
  tell(story) {
    story.reference('drg', 'ES15', { weight: 0.8, mean_cost: MEAN, p5: 3600, p95: 17_000, mean_los: 7 })
    const institution = story.institution()
    let stays = 0
    const stay = (cost: number, given: Partial<StayGiven> = {}, fields = {}) =>
      story.stay({
        ...{ institution, day: DAY + stays++, nights: 5, person: story.person(), cost },
        fields: { drg_code: 'ES15', ...fields },
        ...given,
      })
    for (let i = 0; i < 10; i++) stay(MEAN * (0.6 + 0.1 * i))
    for (const cost of [3.4 * MEAN, 0.25 * MEAN, 0.39 * MEAN]) {
      const setl_id = stay(cost)
      story.found('FND-07', setl_id, [setl_id], ['MGT-12'])
    }
    for (const setl_id of [stay(2.9 * MEAN), stay(0.42 * MEAN), stay(4 * MEAN, {}, { spec_case_flag: '1' })])
      story.decoy('FND-07', [setl_id])
    const dear = {
      code: 'XL01XEA000A001010100001',
      list_type: '101',
      type: '09',
      cost: 3 * MEAN,
      fields: { hi_nego_drug_flag: '1' },
    }
    story.decoy('FND-07', [stay(0, { lines: [{ cost: MEAN }, dear] })])
    story.decoy('FND-07', [stay(9 * MEAN, {}, { drg_code: 'ZZ99' })])
  },
}
