import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { DEAD_LETTER_CODES } from './errors.ts'
import { type PackedKind, SHAPES } from './events.ts'
import { jsonSchemas } from './json-schema.ts'
import { createNormaliser, isFault } from './normalise.ts'
import { arbitraryEvent, mutated } from './testing/arbitrary.ts'

const normalise = createNormaliser((value) => `hidden:${value.length}`)
const kinds = Object.keys(SHAPES) as PackedKind[]

describe.each(kinds)('Events of kind %s', (kind) => {
  test('Whatever may arrive is read, and holds every field of its kind', () => {
    const names = Object.keys({ ...SHAPES[kind].fields, ...SHAPES[kind].lists })
    fc.assert(
      fc.property(arbitraryEvent(kind), (wire) => {
        const event = normalise(kind, wire)
        expect(isFault(event) ? event : undefined).toBeUndefined()
        expect(Object.keys(event)).toEqual(['kind', ...names])
      }),
    )
  })

  test('Something unfit anywhere in one is read or refused by name, and never throws', () => {
    fc.assert(
      fc.property(mutated(arbitraryEvent(kind)), (wire) => {
        const event = normalise(kind, wire)
        if (!isFault(event)) return
        expect(DEAD_LETTER_CODES).toContain(event.code)
        expect(event.field).toMatch(/^[a-z]\w*(\[\d+\](\.\w+)?)?$/)
        expect(event.message.startsWith(event.field)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('What is published as its JSON Schema accepts what the door accepts', () => {
    const check = Compile(jsonSchemas().get(kind)!)
    fc.assert(
      fc.property(arbitraryEvent(kind, 'national'), (wire) => {
        expect([...check.Errors(wire)]).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})
