import { expect, test } from 'vitest'
import { parseInstant } from '../../../schemas/time.ts'
import type { Context, Told } from '../../detector.ts'
import { type Gathered, pagesOf } from './pages.ts'

const DAY = 20_514
const at = parseInstant('2026-03-06 00:00:00')
const told = (gathered: Gathered<string>): Told[] => [
  { kind: 'told', topic: 'X/whole', of: 'H1', period: String(DAY), at, admdvs: '', values: gathered },
]
const { part, full, gather } = pagesOf<string, unknown, object>('X', (day, gathered) => (day === DAY ? told(gathered) : []))

/** Hears what is told, and what that makes it tell, until it is for others; the memory that is left, and what others hear. */
function heard(...given: Told[]): { left: string[]; whole: Told[] } {
  const cells = new Map<string, string>()
  const queue = [...given]
  const whole: Told[] = []
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (!part.hears!.includes(next.topic)) {
      whole.push(next)
      continue
    }
    const { root, key } = { root: part.root(next), key: part.key(next) }
    const { state, tells = [] } = part.onEvent(cells.get(key) ?? part.initial(), next, { root, at } as Context<object>)
    if (state === undefined) cells.delete(key)
    else cells.set(key, state)
    queue.push(...tells)
  }
  return { left: [...cells.values()], whole }
}

test('Pages lie aside, each in a cell of its own, until their day is gathered in the order in which they were filled', () => {
  const filled = ['a', 'b', 'c'].map((content, page) => full('H1', DAY, at, page, content))
  expect(heard(...filled)).toEqual({ left: ['a', 'b', 'c'], whole: [] })
  const calls = gather('H1', DAY, at, { pages: 3, gone: ['S1'] }, 'rest')
  expect(heard(...filled, calls)).toEqual({ left: [], whole: told({ pages: ['a', 'b', 'c', 'rest'], gone: ['S1'] }) })
  expect(heard(filled[0]!, gather('H1', DAY, at, { pages: 1 }, '')).whole).toEqual(told({ pages: ['a', ''], gone: [] }))
})

test('It hears of pages of its own detector alone, and each day has its own', () => {
  expect([full('H1', DAY, at, 0, 'a'), gather('H1', DAY, at, { pages: 1 }, '')].map(part.root)).toEqual(['H1', 'H1'])
  expect(part.root({ ...full('H1', DAY, at, 0, 'a'), topic: 'Y/full' })).toBe('')
  const other = full('H1', DAY + 1, at, 0, 'b')
  expect(heard(full('H1', DAY, at, 0, 'a'), other, gather('H1', DAY, at, { pages: 1 }, '')).left).toEqual(['b'])
})
