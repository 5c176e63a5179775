import { parseDay } from '../../../schemas/time.ts'
import { daysOfMonth, type Scenario, type VisitGiven } from './story.ts'

const [HERE, FAR] = ['990101', '990201']
const DAY = parseDay('2025-06-20')

/** One hospital, to which people come from afar. */
export const fnd06: Scenario = {
  summary: 'Large claims of people insured elsewhere, by amount and among similar claims.',
  tell(story) {
    const institution = story.institution({ level: '3' })
    for (const day of daysOfMonth('2025-06').slice(0, 16))
      for (let i = 0; i < 20; i++) story.visit({ institution, day, cost: 60 + story.random.below(400) })
    const claim = (cost: number, given: Partial<VisitGiven> = {}, insu_admdvs = FAR) => {
      const person = story.person()
      const fields = { insu_admdvs, pay_loc: insu_admdvs === FAR ? '3' : '2' }
      return { person, setl_id: story.visit({ institution, day: DAY, person, cost, fields, ...given }) }
    }
    const stay = (cost: number, insu_admdvs = FAR) => {
      const fields = { insu_admdvs, pay_loc: insu_admdvs === FAR ? '4' : '2' }
      return story.stay({ institution, day: DAY, nights: 6, person: story.person(), cost, fields })
    }
    const found = (setl_id: string) => story.found('FND-06', setl_id, [setl_id])
    found(stay(62_000))
    found(claim(5400).setl_id)
    const filed = claim(8000)
    story.reference('person', filed.person, { remote_filing: [{ from: '2025-01-01', to: '2025-12-31', admdvs: HERE }] })
    found(filed.setl_id)
    // Half of what is large, but more than 99 of 100 pay here.
    found(claim(2900).setl_id)
    // One stay in two bills, neither of which is large.
    const person = story.person()
    const bill = (cost: number, day: number, mid_setl_flag: string) => {
      const fields = { mdtrt_id: 'M-IN-TWO-BILLS', insu_admdvs: FAR, pay_loc: '3', mid_setl_flag }
      return story.visit({ institution, day, person, cost, med_type: '21', fields })
    }
    const bills = [bill(32_000, DAY - 8, '1'), bill(24_000, DAY, '')] as const
    story.found('FND-06', bills[1], bills)
    for (const setl_id of [stay(49_000), claim(900).setl_id, claim(7000, {}, HERE).setl_id, stay(80_000, HERE)])
      story.decoy('FND-06', [setl_id])
  },
}
