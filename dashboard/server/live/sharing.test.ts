import { expect, it } from 'vitest'
import { anAlert } from '../../testing/alerts.ts'
import { MemoryLog } from '../../testing/memory-log.ts'
import type { Scope } from '../access/caller.ts'
import { Standings } from '../workflow/standings.ts'
import { AlertLog } from './alert-log.ts'
import { Sharing } from './sharing.ts'
import { type About, Subscription } from './subscription.ts'

const EVERYWHERE = { scope: ['000000'], institutions: [] }
const feed = new MemoryLog()
const log = new AlertLog(feed, new Standings(), { ringSize: 100, now: Date.now })
feed.append(anAlert(1, { severity: 1 }), anAlert(2, { severity: 3 }), anAlert(3, { severity: 1 }))

function taker(sharing: Sharing, filter = {}, scope: Scope = EVERYWHERE, about?: About) {
  const subscription = new Subscription('live', filter, 'row', scope, { start: 0, end: 0, place: 0 }, about)
  return subscription.take(log.held(subscription.cursor), sharing)!
}

it('seeks out and writes once what clients of the same filter and the same rights are sent', () => {
  const sharing = new Sharing()
  const [one, other] = [taker(sharing, { severity: [1] }), taker(sharing, { severity: [1] })]
  expect(one.sifted.alerts.map(({ seq }) => seq)).toEqual([1, 3])
  expect(other.sifted).toBe(one.sifted)
  let written = 0
  const write = () => `frame ${++written}`
  expect(sharing.frame(other.sifted, 'live', write)).toBe(sharing.frame(one.sifted, 'live', write))
  expect(sharing.frame(one.sifted, 'another', write).toString()).toBe('frame 2')
})

it('keeps apart who asks for something else, may see something else, or looks at a file', () => {
  const sharing = new Sharing()
  const seen = (...wanted: readonly [object?, Scope?, About?]) => {
    return taker(sharing, ...wanted)?.sifted.alerts.map(({ seq }) => seq) ?? []
  }
  const file = { holds: (id: string) => id === feed.all[1]!.alert_id, concerns: () => true }
  expect(seen()).toEqual([1, 2, 3])
  expect(seen({ severity: [3] })).toEqual([2])
  expect(seen({}, { scope: ['980000'], institutions: [] })).toEqual([])
  expect(seen({}, { scope: ['000000'], institutions: ['H00000000000'] })).toEqual([])
  expect(seen({}, EVERYWHERE, file)).toEqual([2])
})

it('holds no more than so many bytes, and nothing over the next beat', () => {
  const sharing = new Sharing()
  const { sifted } = taker(sharing)
  let written = 0
  const write = (head: string) => {
    sharing.frame(sifted, head, () => {
      written++
      return 'x'.repeat(9 * 1024 * 1024)
    })
    return written
  }
  expect(['a', 'a', 'b', 'a'].map(write)).toEqual([1, 1, 2, 3])
  sharing.forget()
  expect(taker(sharing).sifted).not.toBe(sifted)
})
