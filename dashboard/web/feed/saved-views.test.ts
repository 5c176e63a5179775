import { expect, it } from 'vitest'
import { readViews, withView, writeViews } from './saved-views.ts'

function aStorage() {
  const kept = new Map<string, string>()
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) }
}

it('keeps the views of each person apart', () => {
  const storage = aStorage()
  writeViews('li', withView([], { name: 'red', query: '?severity=1' }), storage)
  expect(readViews('li', storage)).toEqual([{ name: 'red', query: '?severity=1' }])
  expect(readViews('wang', storage)).toEqual([])
})

it('puts a view in the place of one of the same name, the newest first', () => {
  const views = withView(withView([{ name: 'a', query: '?severity=1' }], { name: 'b', query: '' }), {
    name: 'a',
    query: '?mine=1',
  })
  expect(views).toEqual([
    { name: 'a', query: '?mine=1' },
    { name: 'b', query: '' },
  ])
})

it('reads nothing from what is damaged', () => {
  expect(readViews('li', { getItem: () => '{"name":' })).toEqual([])
  expect(readViews('li', { getItem: () => '[{"name":1},null,{"name":"a","query":"?"}]' })).toEqual([{ name: 'a', query: '?' }])
})
