import { type Scenario, spread } from './story.ts'

const MONTH = '2025-05'
const DIALYSIS = '003110000000000'

/** Hospitals of one kind and level; to one of them the same persons come again and again. */
export const fnd03: Scenario = {
  summary: 'A hospital that admits the same persons again and again, and a dialysis centre that has to.',
  tell(story) {
    story.reference('item', DIALYSIS, { name: '血液透析', list_type: '201', unit: '次', tags: ['hemodialysis'] })
    const stays = (institution: string, persons: number, more: object = {}) => {
      const people = Array.from({ length: persons }, () => story.person())
      return spread(MONTH, 40).map((day, i) =>
        story.stay({ institution, day, nights: 1, person: people[i % persons]!, cost: 3000, ...more }),
      )
    }
    for (const institution of story.institutions(5)) stays(institution, 40)
    const again = story.institution()
    story.found('FND-03', again, stays(again, 20), ['MGT-05', 'MGT-06', 'MGT-11', 'MGT-12', 'MGT-25'])
    story.decoy('FND-03', stays(story.institution(), 38))
    const lines = [{ code: DIALYSIS, type: '05', cost: 400 }]
    story.decoy('FND-03', stays(story.institution(), 12, { lines, diagnosis: 'N18.500' }))
  },
}
