import { expect, it } from 'vitest'
import { withView } from './saved-views.ts'

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
