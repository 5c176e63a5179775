import { type Scenario, type StayGiven, spread } from './story.ts'

const MONTH = '2025-05'
const STAYS = 36

/** Hospitals of one kind and level from which some patients soon come back. */
export const mgt25: Scenario = {
  summary: 'A hospital whose patients come back within a month unplanned, and one where they are called back.',
  tell(story) {
    /** So many stays of as many persons, some of whom return three weeks after with the same disease. */
    const month = (returning: number, first: Partial<StayGiven> = {}) => {
      const institution = story.institution()
      const days = spread(MONTH, 30).slice(0, 8)
      const setl_ids: string[] = []
      for (let i = 0; i < STAYS; i++) {
        const stay = { institution, person: story.person(), nights: 3, cost: 4000, diagnosis: `J1${i % 8}.900` }
        setl_ids.push(story.stay({ ...stay, day: days[i % 8]!, ...first }))
        if (i < returning) setl_ids.push(story.stay({ ...stay, day: days[i % 8]! + 21 }))
      }
      return { institution, setl_ids }
    }
    for (const returning of [1, 1, 2, 2, 3]) month(returning)
    const high = month(14)
    story.found('MGT-25', high.institution, high.setl_ids, ['MGT-05', 'MGT-11', 'FND-03'])
    // 出院31天内再住院计划: they were told to.
    const called = month(14, { discharge: { days_rinp_flag_31: '1' } })
    story.decoy('MGT-25', called.setl_ids)
    story.found('FND-03', called.institution, called.setl_ids)
    story.decoy('MGT-25', month(2).setl_ids)
  },
}
