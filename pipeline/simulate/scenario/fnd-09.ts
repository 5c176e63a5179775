import { days, type Scenario } from './story.ts'

const [CHOSEN, DEAR] = ['XC08CAA145A001010200001', 'XC08CAA145A001010200002']

/** A procurement year that began with the first day. */
export const fnd09: Scenario = {
  summary: 'Hospitals that fall behind the volume they agreed to use, and ones that keep pace.',
  tell(story) {
    const [slow, never, keeps, none] = story.institutions(4)
    const agreed = [slow!, never!, keeps!].map((fixmedins_code) => ({
      ...{ fixmedins_code, qty: 3650, from: '2025-01-01', to: '2025-12-31' },
    }))
    story.reference('vbp', 'VBP-AML', { selected: [{ code: CHOSEN, price: 3.2 }], agreed })
    const use = (institution: string, cnt: number, code = CHOSEN) =>
      days('2025-01-01', '2025-05-01').map((day) =>
        story.visit({ institution, day, lines: [{ code, list_type: '101', type: '09', cnt, cost: 3.2 * cnt }] }),
      )
    // Ten a day are the pace; seven are less than four fifths of it.
    story.found('FND-09', slow!, use(slow!, 7))
    use(never!, 10, DEAR)
    story.found('FND-09', never!)
    story.decoy('FND-09', use(keeps!, 9))
    story.decoy('FND-09', use(none!, 1))
  },
}
