import { medicine, type Scenario, type Story, spread } from './story.ts'

const MONTHS = ['2025-07', '2025-08', '2025-09']
const SETTLEMENTS = 120

interface Habits {
  readonly night: number
  readonly drug: number
  readonly whole: number
  readonly remote: number
}

const USUAL: Habits = { night: 0.03, drug: 0.3, whole: 0.02, remote: 0.02 }

/** The month's visits; of each habit as many as its share says, whoever they are. */
function month(story: Story, institution: string, name: string, { night, drug, whole, remote }: Habits, count: number): string[] {
  const some = (i: number, share: number, salt: number) => (i * 0.618_034 + salt) % 1 < share
  return spread(name, count).map((day, i) => {
    const cost = some(i, whole, 0.1) ? 200 : 150 + 100 * ((i * 0.754_878) % 1)
    const lines = [medicine(cost * drug), { cost: cost - Math.round(cost * drug) }]
    const time = some(i, night, 0.4) ? '23:20' : undefined
    const fields = some(i, remote, 0.7) ? { insu_admdvs: '990301', pay_loc: '3' } : {}
    return story.visit({ institution, day, lines, fields, ...(time ? { time } : {}) })
  })
}

/** Hospitals of one kind and level over three months, one of which does nearly everything otherwise. */
export const ano14: Scenario = {
  summary: 'A hospital that lies far out in several features at once, and one in a single one.',
  tell(story) {
    const quarter = (habits: Partial<Habits>, count = SETTLEMENTS) => {
      const institution = story.institution()
      const months = MONTHS.map((name) => month(story, institution, name, { ...USUAL, ...habits }, count))
      return { institution, all: months.flat(), last: months.at(-1)! }
    }
    for (let i = 0; i < 7; i++) quarter({ drug: 0.27 + 0.01 * i })
    const odd = quarter({ night: 0.4, drug: 0.8, whole: 0.5, remote: 0.3 })
    story.found('ANO-14', odd.institution, odd.all, ['ANO-13', 'MGT-24'])
    story.decoy('ANO-14', quarter({ night: 0.35 }).last)
    story.decoy('ANO-14', quarter({ night: 0.4, whole: 0.5, remote: 0.3 }, 40).last)
    // Opened in the last month.
    const young = story.institution()
    story.decoy('ANO-14', month(story, young, MONTHS[2]!, { ...USUAL, night: 0.4, whole: 0.5, remote: 0.3 }, SETTLEMENTS))
  },
}
