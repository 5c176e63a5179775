import { expect, test } from 'vitest'
import { INVESTIGATOR, OFFICER } from '../testing/people.ts'
import { UNTOUCHED } from './situation.ts'
import { undone, undoOf } from './undo.ts'

const NOW = 1_000_000
const after = { ...UNTOUCHED, version: 2, last: { actor: 'li', action: 'claim', at: NOW } } as const
const claim = undoOf(UNTOUCHED, 'claim', INVESTIGATOR, NOW)

test('An action is taken back by its person within ten seconds, as an action of its own', () => {
  const situation = undone(after, claim, INVESTIGATOR, NOW + 10_000)
  expect(situation).toEqual({ ...UNTOUCHED, version: 3, last: { actor: 'li', action: 'undo', at: NOW + 10_000 } })
})

test('Later, by another person, or where the institution has been told, it is not', () => {
  expect(() => undone(after, claim, INVESTIGATOR, NOW + 10_001)).toThrow(expect.objectContaining({ code: 'UNDO_TOO_LATE' }))
  expect(() => undone(after, claim, OFFICER, NOW)).toThrow(expect.objectContaining({ code: 'UNDO_OVERTAKEN' }))
  expect(undoOf(UNTOUCHED, 'notify', INVESTIGATOR, NOW)).toBeNull()
  expect(() => undone(after, null, INVESTIGATOR, NOW)).toThrow(expect.objectContaining({ code: 'UNDO_FORBIDDEN' }))
  expect(() => undone(UNTOUCHED, null, INVESTIGATOR, NOW)).toThrow(expect.objectContaining({ code: 'UNDO_NOTHING' }))
})
