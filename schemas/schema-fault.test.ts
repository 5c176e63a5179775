import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { REFERENCE_TABLES } from './reference.ts'
import { describeFault } from './schema-fault.ts'

test('A value that is none of those allowed is told which these are', () => {
  const faults = Compile(REFERENCE_TABLES.institution).Errors({ kind: 'dental' })
  expect(describeFault([...faults])).toBe('must be one of hospital, clinic, pharmacy')
  expect(describeFault([...Compile(Type.Literal('a')).Errors('b')])).toBe('must be a')
})

test('What is wrong otherwise is said as the validator says it', () => {
  expect(describeFault([...Compile(REFERENCE_TABLES.institution).Errors({ beds: 'many' })])).toBe('must be number')
})

test('A misspelt member is named; what may be somebody’s own data is not', () => {
  const told = (additionalProperty: string) =>
    describeFault([{ keyword: 'additionalProperties', instancePath: '', params: { additionalProperty } }])
  const hidden = 'has a member that is not described'
  expect(['sevrity', '990102194912310028', '张三'].map(told)).toEqual(['has no member sevrity', hidden, hidden])
})
