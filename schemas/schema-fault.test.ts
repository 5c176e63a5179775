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
