import { parseDay } from '../../../schemas/time.ts'
import { days, type Scenario, spread } from './story.ts'

const CAP = 50_000

/** A year with its last days. */
export const ano16: Scenario = {
  summary: 'Persons at their cap and pharmacies in a rush when the year ends, and amounts just below a threshold.',
  tell(story) {
    story.reference('fund_cap', '990100:310', { admdvs: '990100', insutype: '310', year_cap: CAP })
    const hospital = story.institution({ level: '3' })
    story.visit({ institution: hospital, day: parseDay('2025-01-01'), time: '08:00' })
    /** A year's bills for such a share of the cap, the last tenth of it in so many visits at the end of December. */
    const year = (share: number, visits: number, diagnosis = 'I10.x00') => {
      const person = story.person()
      const bill = (day: number, fund: number) => story.visit({ institution: hospital, day, person, cost: fund / 0.7, diagnosis })
      for (let i = 0; i < 9; i++) bill(parseDay('2025-02-03') + 30 * i, (CAP * share * 0.9) / 9)
      const late = Array.from({ length: visits }, (_, i) => bill(parseDay('2025-12-18') + i * 2, (CAP * share * 0.1) / visits))
      return { person, late }
    }
    const full = year(0.985, 6)
    story.found('ANO-16', full.person, full.late)
    for (const { late } of [year(0.9, 6), year(0.985, 4), year(0.985, 6, 'N18.500')]) story.decoy('ANO-16', late)

    const sales = (rush: number) => {
      const institution = story.institution({ kind: 'pharmacy' })
      const sold = (from: string, until: string, perDay: number) =>
        days(from, until).flatMap((day) =>
          Array.from({ length: perDay }, () => story.visit({ institution, day, cost: 40 + story.random.below(40) })),
        )
      sold('2025-09-01', '2025-12-22', 3)
      return { institution, late: sold('2025-12-22', '2026-01-01', rush) }
    }
    const rush = sales(12)
    story.found('ANO-16', rush.institution, rush.late, ['ANO-13'])
    story.decoy('ANO-16', sales(6).late)

    /** Bills around the threshold above which claims are reviewed. */
    const bills = (below: number, above: number) => {
      const institution = story.institution()
      const some = (count: number, from: number) =>
        spread('2025-11', count).map((day) => story.visit({ institution, day, cost: from + story.random.below(200) }))
      some(above, 5010)
      return { institution, below: some(below, 4780) }
    }
    const split = bills(50, 4)
    story.found('ANO-16', split.institution, split.below)
    story.decoy('ANO-16', bills(30, 28).below)
  },
}
