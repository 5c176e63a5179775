import { type LineGiven, medicine, type Scenario, spread } from './story.ts'

const MONTH = '2025-04'
const CT = '002103000010000'

interface Shares {
  readonly drug?: number
  readonly exam?: number
  readonly ct?: number
}

/** Hospitals of one kind and level, whose bills are made up alike. */
export const mgt24: Scenario = {
  summary: 'Hospitals whose bills are mostly drugs, or often CT, among peers of another make-up.',
  tell(story) {
    story.reference('item', CT, { name: 'CT平扫', list_type: '201', unit: '次', tags: ['ct'] })
    const month = (institution: string, { drug = 0.27, exam = 0.25, ct = 0.02 }: Shares, count = 50) =>
      spread(MONTH, count).map((day) => {
        const bill = 300 + story.random.below(200)
        const part = (share: number) => bill * share * (0.9 + 0.2 * story.random.next())
        const lines: LineGiven[] = [
          medicine(part(drug)),
          { code: '002503010010000', type: '04', cost: part(exam) },
          { code: CT, type: '03', cost: part(ct) },
          { code: '001204000010000', type: '05', cost: part(1 - drug - exam - ct - 0.05) },
          { code: '001102000010000', type: '02', cost: bill * 0.05 },
        ]
        return story.visit({ institution, day, lines })
      })
    for (const institution of story.institutions(6)) month(institution, {})
    const [drugs, scans, modest] = story.institutions(3)
    story.found('MGT-24', drugs!, month(drugs!, { drug: 0.6 }))
    story.found('MGT-24', scans!, month(scans!, { ct: 0.16, exam: 0.2 }))
    // More than the peers, but below the floor.
    story.decoy('MGT-24', month(modest!, { drug: 0.33 }))
    // Drugs are what a hospital for tumours is for, and its like are not known.
    story.decoy('MGT-24', month(story.institution({ specialty: '肿瘤' }), { drug: 0.65 }))
    story.decoy('MGT-24', month(story.institution(), { drug: 0.7 }, 10))
  },
}
