import { type Scenario, spread } from './story.ts'

const [BEFORE, NOW] = ['2025-04', '2025-05']

/** Hospitals of one kind and level over two months. */
export const fnd04: Scenario = {
  summary: 'Persons bear much more than at the peers, or suddenly more than a month before.',
  tell(story) {
    const month = (institution: string, name: string, personal: number, count = 110) =>
      spread(name, count).map((day) =>
        story.visit({
          institution,
          day,
          cost: 150 + story.random.below(50),
          share: 1 - personal + 0.02 * (story.random.next() - 0.5),
        }),
      )
    const both = (before: number, now: number, count = 110) => {
      const institution = story.institution()
      return { institution, before: month(institution, BEFORE, before, count), now: month(institution, NOW, now, count) }
    }
    for (const personal of [0.28, 0.29, 0.3, 0.3, 0.31, 0.32]) both(personal, personal)
    const high = both(0.45, 0.46)
    story.found('FND-04', high.institution, [...high.before, ...high.now])
    const shifted = both(0.26, 0.335)
    story.found('FND-04', shifted.institution, shifted.now)
    const [little, few] = [both(0.28, 0.32), both(0.3, 0.6, 15)]
    story.decoy('FND-04', [...little.before, ...little.now])
    story.decoy('FND-04', [...few.before, ...few.now])
  },
}
