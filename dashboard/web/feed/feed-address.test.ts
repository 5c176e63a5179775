import { expect, it } from 'vitest'
import { feedQuery, filterOf, readFeedAddress } from './feed-address.ts'

const read = (text: string) => readFeedAddress(new URLSearchParams(text))

it('reads back what it has written', () => {
  const text =
    'severity=1,2&detector_id=MGT-18,POL-01&admdvs=990100&fixmedins_code=H99010200001&min_vola_amt=500&status=open&mine=1&group=subject'
  const written = Object.entries(feedQuery(read(text))).filter(([, value]) => value !== undefined)
  expect(written.map(([name, value]) => `${name}=${value}`).join('&')).toBe(text)
})

it('leaves out what makes no sense', () => {
  expect(read('severity=9,x,2&detector_id=<b>,POL-01&admdvs=99&min_vola_amt=-3&group=moon&alert=1')).toEqual({
    severity: [2],
    detectors: ['POL-01'],
    region: '',
    institution: '',
    least: 0,
    openOnly: false,
    mine: false,
    group: 'row',
    alert: '',
  })
})

it('asks the server for what it shows and nothing else', () => {
  expect(filterOf(read(''), 'li')).toEqual({})
  expect(filterOf(read('severity=1&mine=1&admdvs=990000'), 'li')).toEqual({ severity: [1], admdvs: ['990000'], assignee: 'li' })
})
