import { days, type Scenario } from './story.ts'

const MONTHS = ['2025-01', '2025-02', '2025-03', '2025-04']
/** Four stays a day of 600 yuan for the fund: a month costs 72,000, nine tenths are spent in the middle of April. */
const [FUND, QUOTA] = [600, 40_000]
const REACHED = '2025-04-16'

/** Two hospitals that take fewer patients when April is half over; only one of them has a budget to save. */
export const fnd05: Scenario = {
  summary: 'A hospital that admits fewer and sends more away once its budget is spent.',
  tell(story) {
    const hospital = (quota: number, later: { readonly admitted: number; readonly away: number }) => {
      const institution = story.institution()
      for (const month of MONTHS) story.reference('budget', `${institution}:${month}`, { quota })
      const stays = (from: string, until: string, admitted: number, away: number) =>
        days(from, until).flatMap((day) =>
          Array.from({ length: admitted }, (_, i) =>
            story.stay({
              ...{ institution, day, nights: 1, person: story.person(), cost: FUND / 0.7 },
              discharge: { dscg_way: story.random.chance(away) && i > 0 ? '2' : '1' },
            }),
          ),
        )
      const before = stays('2025-01-02', REACHED, 4, 0.05)
      const after = stays(REACHED, '2025-05-01', later.admitted, later.away)
      return { institution, after, all: [...before, ...after] }
    }
    const refusing = hospital(QUOTA, { admitted: 2, away: 0.9 })
    story.found('FND-05', refusing.institution, refusing.all, ['FND-01'])
    story.decoy('FND-05', hospital(10 * QUOTA, { admitted: 2, away: 0.9 }).after)
    const spending = hospital(QUOTA, { admitted: 4, away: 0.05 })
    story.decoy('FND-05', spending.after)
    story.found('FND-01', spending.institution, spending.all)
  },
}
