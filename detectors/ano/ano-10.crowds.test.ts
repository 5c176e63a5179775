import { expect, test } from 'vitest'
import { coreOf, crowdsOf, inCommon, type Presence } from './ano-10.crowds.ts'

/** Each of them at the place on each of the days. */
const at = (place: string, people: string, ...days: number[]): Presence[] =>
  [...people].flatMap((who) => days.map((day) => ({ who, place, day })))

test('Those who meet oftener than chance brings hang together', () => {
  expect(crowdsOf([...at('H', 'abc', 1, 9, 20), ...at('H', 'xyz', 4, 12, 30)], 3, 30)).toEqual([
    ['a', 'b', 'c'],
    ['x', 'y', 'z'],
  ])
  expect(crowdsOf(at('H', 'ab', 1, 9, 20), 3, 30)).toEqual([])
  expect(crowdsOf([], 1, 30)).toEqual([])
})

test('Who meets as often as numbers of days bring belongs to nobody', () => {
  expect(crowdsOf(at('H', 'abc', 1, 2, 3, 4), 2, 4)).toEqual([])
  expect(crowdsOf(at('H', 'abc', 1, 2, 3, 4), 2, 5)).toEqual([['a', 'b', 'c']])
})

test('Two rings that one meeting ties together are seen alone and as one', () => {
  const rings = [...at('H', 'abcde', 1, 9, 20), ...at('P', 'vwxyz', 2, 10, 21), ...at('Q', 'av', 40)]
  expect(crowdsOf(rings, 5, 30).map((crowd) => crowd.join(''))).toEqual(['abcde', 'vwxyz', 'abcdevwxyz'])
})

test('The order of presences does not matter, nor does a second visit of one day', () => {
  const rings = [...at('H', 'abcde', 1, 9, 20), ...at('P', 'vwxyz', 2, 10, 21), ...at('Q', 'av', 40)]
  const seen = (presences: readonly Presence[]) => crowdsOf(presences, 5, 30).sort()
  expect(seen([...rings].reverse())).toEqual(seen(rings))
  expect(seen([...rings, ...at('H', 'abcde', 1)])).toEqual(seen(rings))
})

test('What a crowd has in common is each two places with those who come to both, and what else they share', () => {
  const places: Record<string, string[]> = { a: ['H', 'P', 'Q'], b: ['H', 'P', 'Q'], c: ['H', 'P'], d: ['H'] }
  expect(inCommon(['a', 'b', 'c', 'd'], (who) => places[who]!, 2)).toEqual([
    { people: ['a', 'b', 'c'], places: ['H', 'P'] },
    { people: ['a', 'b'], places: ['H', 'P', 'Q'] },
  ])
  expect(inCommon(['a', 'b', 'c', 'd'], (who) => places[who]!, 4)).toEqual([])
})

test('The core are those who each meet enough of the others often enough', () => {
  const presences = [...at('H', 'abcd', 1, 9, 20), ...at('H', 'e', 1, 9), ...at('P', 'df', 3, 5, 7)]
  expect(coreOf(presences, 3, 3, 30)).toEqual(['a', 'b', 'c', 'd'])
  expect(coreOf(presences, 4, 2, 30)).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(coreOf(presences, 1, 3, 30)).toEqual(['a', 'b', 'c', 'd', 'f'])
  expect(coreOf(presences, 4, 3, 30)).toEqual([])
})
