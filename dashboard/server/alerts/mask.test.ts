import { expect, it } from 'vitest'
import { anAlert } from '../../testing/alerts.ts'
import { maskAlert, maskNumber } from './mask.ts'

it('shows the first two and the last four characters of a number, and none of a short one', () => {
  expect(maskNumber('P9900000001')).toBe('P9****0001')
  expect(maskNumber('P99000001')).toBe('****')
  expect(maskNumber('')).toBe('')
})

it('hides the person wherever the detector wrote the number', () => {
  const masked = maskAlert(
    anAlert(1, {
      psn_no: 'P9900000001',
      subject_type: 'person',
      subject_id: 'P9900000001',
      bucket: '2026-01|P9900000001',
      why: 'P9900000001在3家机构就诊',
      explanation: { zh: '参保人P9900000001与P9900000002同日', en: 'P9900000001 and P9900000002 on one day' },
      evidence: { others: [{ psn_no: 'P9900000002', mulaid_psn_no: 'P9900000003' }], by_person: { P9900000002: 3 } },
    }),
  )
  expect(JSON.stringify(masked)).not.toMatch(/P990000000/)
  expect(masked.evidence).toEqual({
    others: [{ psn_no: 'P9****0002', mulaid_psn_no: 'P9****0003' }],
    by_person: { 'P9****0002': 3 },
  })
  expect(masked.why).toBe('P9****0001在3家机构就诊')
})

it('leaves longer words whole, however short the number of the person', () => {
  const masked = maskAlert(anAlert(1, { psn_no: 'P1', why: 'P1与P12，S-XP1', evidence: { setl_id: 'XP1', days: 1 } }))
  expect(masked).toMatchObject({ psn_no: '**', why: '**与P12，S-XP1', evidence: { setl_id: 'XP1', days: 1 } })
})
