import { describe, expect, it } from 'vitest'
import { anAlert } from '../../testing/alerts.ts'
import { earlierRowTest, rowTest } from './filter.ts'
import { isInRegions, isWithin, regionPrefix } from './scope.ts'
import { summarise } from './summary.ts'

const row = (changes = {}) => summarise(anAlert(1, changes))

describe('a filter', () => {
  it('lets everything through where it asks nothing, and nothing where it asks for none', () => {
    expect(rowTest({})(row())).toBe(true)
    expect(rowTest({ severity: [] })(row())).toBe(false)
  })

  it('asks for all of its fields', () => {
    const test = rowTest({ severity: [1, 2], detector_id: ['POL-01'], min_vola_amt: 2.5, status: ['open'], assignee: '' })
    expect(test(row())).toBe(true)
    expect(test(row({ severity: 3 }))).toBe(false)
    expect(test(row({ vola_amt: 2.49 }))).toBe(false)
    expect(test(row({ status: 'retracted' }))).toBe(false)
  })

  it('knows what an earlier revision may have been: all that changes is left open, all that belongs to the alert is not', () => {
    const test = earlierRowTest({ severity: [1], status: ['open'], detector_id: ['POL-01'], fixmedins_code: ['H99010200001'] })
    expect(test(row({ severity: 3, status: 'retracted' }))).toBe(true)
    expect(test(row({ detector_id: 'MGT-18' }))).toBe(false)
  })
})

describe('a region', () => {
  it.each([
    ['000000', ''],
    ['990000', '99'],
    ['990100', '9901'],
    ['990102', '990102'],
    ['100000', '10'],
  ])('%s is all that begins with "%s"', (admdvs, prefix) => expect(regionPrefix(admdvs)).toBe(prefix))

  it('holds an alert by the place of treatment or of insurance', () => {
    expect(isInRegions(['990100'], { admdvs: '980101', insu_admdvs: '990103' })).toBe(true)
    expect(isInRegions(['990100'], { admdvs: '990103', insu_admdvs: '980101' })).toBe(true)
    expect(isInRegions(['990200'], { admdvs: '990103', insu_admdvs: '980101' })).toBe(false)
    expect(isInRegions([], { admdvs: '990103', insu_admdvs: '' })).toBe(false)
  })

  it('names institutions where it does not mean all of them', () => {
    const placed = { fixmedins_code: 'H99010200001', admdvs: '990102', insu_admdvs: '990102' }
    expect(isWithin({ scope: ['990100'], institutions: [] }, placed)).toBe(true)
    expect(isWithin({ scope: ['990100'], institutions: ['H99010200001'] }, placed)).toBe(true)
    expect(isWithin({ scope: ['990100'], institutions: ['H99010200002'] }, placed)).toBe(false)
    expect(isWithin({ scope: ['990200'], institutions: ['H99010200001'] }, placed)).toBe(false)
  })
})
