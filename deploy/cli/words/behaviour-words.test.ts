import { expect, it } from 'vitest'
import { BEHAVIOURS_EN } from '../../../dashboard/web/words/behaviours.ts'
import { findDetectors } from '../../../pipeline/catalogue.ts'

it('has an English name for the behaviour of every detector, and for no other', async () => {
  const behaviours = new Set((await findDetectors()).map(({ behaviour }) => behaviour))
  expect(Object.keys(BEHAVIOURS_EN).sort()).toEqual([...behaviours].sort())
})
