import { expect, test } from 'vitest'
import { ending, type Mutant, mutantsOf } from './mutants.ts'

const changes = (source: string) => mutantsOf(source).map(({ kind, from, to }: Mutant) => `${kind} ${from} ${to}`)

test('A comparison is shifted by the equal case, and turned round', () => {
  expect(changes('const isLate = a < b')).toEqual(['comparison < <=', 'comparison < >='])
  expect(changes('const isOther = a !== b')).toEqual(['comparison !== ==='])
  expect(
    mutantsOf('const 甲 = "<"\nconst isLate = (a) /* < is no operator of a type */ <= b').map(({ line, source }) => [
      line,
      source.slice(-4),
    ]),
  ).toEqual([
    [2, ' < b'],
    [2, ' > b'],
  ])
})

test('Parameters and times are windows; other numbers are numbers; a place in a list is none', () => {
  expect(changes('defineDetector({ params: { days: byDefault(15) } })')).toEqual(['window 15 16', 'window 15 14'])
  expect(changes('const KEEP = 30 * DAY')).toEqual(['window 30 31', 'window 30 29'])
  expect(changes('const SHOWN = 50')).toEqual(['number 50 51', 'number 50 49'])
  expect(changes('const first = list[0]')).toEqual([])
})

test('A number is shifted by one, in its last decimal, or in its third digit', () => {
  expect(changes('f(0.05, 20_000, 0)')).toEqual([
    ...['number 0.05 0.06', 'number 0.05 0.04', 'number 20_000 20100', 'number 20_000 19900', 'number 0 1'],
  ])
})

test('Conditions, sums and choices are exchanged', () => {
  expect(changes('if (!a && b) c = d - Math.min(e, f.some(g))')).toEqual([
    ...['condition ! ', 'condition && ||', 'arithmetic - +', 'choice min max', 'choice some every'],
  ])
})

test('Types and what is only said are left alone', () => {
  expect(changes('type Severity = 1 | 2\nconst x = y as 3')).toEqual([])
  expect(changes('defineDetector({ version: 2, explain: () => 5 > 4, example: { days: 3 } })')).toEqual([])
})

test('What would go on for ever throws, on the same line', () => {
  const source = 'let turns = 0\nfor (;;) turns++'
  const guarded = ending(source)
  expect(guarded.split('\n')[1]).toBe('for (;;) {__spend();turns++}')
  expect(() => new Function(guarded)()).toThrow('Endless')
})
