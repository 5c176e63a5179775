import { expect, test } from 'vitest'
import { anAlert } from '../../testing/alerts.ts'
import { withoutOthers } from './without-others.ts'

const OWN = 'H99010200001'
const OTHER = 'P99010200017'

test('Another institution is hidden by its code, its name and its settlements; the own one is not', () => {
  const alert = anAlert(1, {
    explanation: {
      zh: `${OWN}与${OTHER}（阳光大药房）、H99010200009：S1、S2。`,
      en: `${OWN} and ${OTHER} (Sunshine Pharmacy), H99010200009: S1, S2.`,
    },
    evidence: {
      uses: [
        { fixmedins_code: OWN, name: '示例医院' },
        { fixmedins_code: OTHER, name: '阳光大药房' },
        { fixmedins_code: OTHER, name: 'Sunshine Pharmacy' },
      ],
    },
  })
  const { explanation } = withoutOthers(alert, OWN, ['S2'])
  expect(explanation).toEqual({ zh: `${OWN}与***（***）、***：S1、***。`, en: `${OWN} and *** (***), ***: S1, ***.` })
})

test('A field of institutions hides what does not look like a code', () => {
  const alert = anAlert(1, {
    explanation: { zh: '乡镇03', en: 'clinic-03 and clinic-03' },
    evidence: { institutions: ['clinic-03'] },
  })
  expect(withoutOthers(alert, OWN, []).explanation.en).toBe('*** and ***')
})
