import { describe, expect, it } from 'vitest'
import { summarise } from '../../server/alerts/summary.ts'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { Feed, ROWS_MAX } from './feed.ts'

const row = (n: number, changes = {}) => summarise(anAlert(n, changes))
const page = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => row(from - index))
const seqs = (rows: readonly { seq: number }[]) => rows.map(({ seq }) => seq)

describe('the live list', () => {
  it('shows the newest first', () => {
    const feed = new Feed({})
    feed.reset(page(3, 1), null)
    expect(feed.receive([row(4), row(5)], [])).toBe(2)
    expect(seqs(feed.rows)).toEqual([5, 4, 3, 2, 1])
  })

  it('does not move while it is held, and shows what has waited when it is let go', () => {
    const feed = new Feed({})
    feed.reset(page(3, 1), null)
    feed.hold(true)
    feed.receive([row(4), row(5, { severity: 1 })], [])
    expect(seqs(feed.rows)).toEqual([3, 2, 1])
    expect(feed.waiting).toEqual({ all: 2, red: 1 })
    feed.hold(false)
    expect(seqs(feed.rows)).toEqual([5, 4, 3, 2, 1])
    expect(feed.waiting.all).toBe(0)
  })

  it('changes a row in its place, also while it is held, by a row or by a patch', () => {
    const feed = new Feed({})
    feed.reset(page(3, 1), null)
    feed.hold(true)
    feed.receive([row(2, { seq: 9, revision: 2, vola_amt: 7 })], [])
    feed.receive([], [{ alert_id: alertId(1), revision: 2, set: { status: 'retracted', state: 'VOIDED' } }])
    expect(feed.rows.map(({ vola_amt }) => vola_amt)).toEqual([2.5, 7, 2.5])
    expect(feed.rows[2]).toMatchObject({ status: 'retracted', state: 'VOIDED', revision: 2 })
    expect(feed.waiting.all).toBe(0)
  })

  it('shows no alert twice and never goes back to an older revision', () => {
    const feed = new Feed({})
    feed.reset([row(1, { revision: 3 })], null)
    expect(feed.receive([row(1, { revision: 2, vola_amt: 99 }), row(1, { revision: 3, vola_amt: 99 })], [])).toBe(0)
    feed.receive([], [{ alert_id: alertId(1), revision: 2, set: { vola_amt: 99 } }])
    expect(feed.rows.map(({ vola_amt }) => vola_amt)).toEqual([2.5])
  })

  it('takes a step of the workflow that leaves the revision as it is', () => {
    const feed = new Feed({})
    feed.reset([row(1)], null)
    feed.receive([], [{ alert_id: alertId(1), revision: 1, set: { state: 'FIRST_REVIEW', state_version: 2, owner: 'li' } }])
    feed.receive([], [{ alert_id: alertId(1), revision: 1, set: { state: 'NEW', state_version: 1, owner: '' } }])
    expect(feed.rows[0]).toMatchObject({ state: 'FIRST_REVIEW', state_version: 2, owner: 'li' })
  })

  it('takes a new owner at the same step, as when a claim has run out', () => {
    const feed = new Feed({})
    feed.reset([row(1)], null)
    feed.receive([], [{ alert_id: alertId(1), revision: 1, set: { state: 'NEW', state_version: 2, owner: 'li' } }])
    feed.receive([], [{ alert_id: alertId(1), revision: 1, set: { state: 'NEW', state_version: 2, owner: '' } }])
    expect(feed.rows[0]).toMatchObject({ state_version: 2, owner: '' })
  })

  it('lets go of what is silenced or told within another alert by now, and takes it back when that ends', () => {
    const feed = new Feed({})
    feed.reset([row(3), row(2), row(1)], null)
    feed.hold(true)
    feed.receive([row(4)], [])
    const leave = (n: number, set: object) => ({ alert_id: alertId(n), revision: 2, set: { ...set } })
    feed.receive(
      [],
      [leave(1, { parent_alert_id: alertId(9) }), leave(3, { disposition: 'excepted' }), leave(4, { disposition: 'snoozed' })],
    )
    expect([seqs(feed.rows), feed.waiting.all]).toEqual([[2], 0])
    feed.receive([row(1, { seq: 9, revision: 3 })], [])
    feed.hold(false)
    expect(seqs(feed.rows)).toEqual([9, 2])
  })

  it('ignores patches of alerts that it does not show, and lets go of those that leave the filter', () => {
    const feed = new Feed({ severity: [1] })
    feed.reset([row(1, { severity: 1 })], null)
    feed.receive([], [{ alert_id: alertId(7), revision: 2, set: { severity: 1 } }])
    feed.receive([], [{ alert_id: alertId(1), revision: 2, set: { severity: 3 } }])
    expect(feed.rows).toEqual([])
  })

  it('keeps what came while the first page was under way', () => {
    const feed = new Feed({})
    feed.receive([row(3), row(4)], [])
    feed.reset(page(3, 1), 'older')
    expect(seqs(feed.rows)).toEqual([4, 3, 2, 1])
    expect(feed.older).toBe('older')
  })

  it('adds older pages below, without what it has', () => {
    const feed = new Feed({})
    feed.reset(page(5, 4), 'older')
    feed.append(page(4, 2), null)
    expect([seqs(feed.rows), feed.older]).toEqual([[5, 4, 3, 2], null])
  })

  it('keeps the newest and says that it dropped some', () => {
    const feed = new Feed({})
    feed.reset(page(ROWS_MAX, 1), 'older')
    feed.receive(page(ROWS_MAX + 400, ROWS_MAX + 1).reverse(), [])
    expect([feed.rows.length, feed.rows[0]?.seq, feed.trimmed, feed.older]).toEqual([ROWS_MAX, ROWS_MAX + 400, true, null])
  })

  it('counts all that wait and keeps no more of them than it can show', () => {
    const feed = new Feed({})
    feed.reset(page(3, 1), null)
    feed.hold(true)
    const last = ROWS_MAX + 903
    for (let n = 4; n <= last; n++) feed.receive([row(n, { severity: n % 10 === 0 ? 1 : 2 })], [])
    expect(feed.waiting).toEqual({ all: ROWS_MAX + 900, red: (ROWS_MAX + 900) / 10 })
    feed.hold(false)
    expect([feed.rows.length, feed.rows[0]?.seq, feed.rows.at(-1)?.seq, feed.trimmed]).toEqual([
      ROWS_MAX,
      last,
      last + 1 - ROWS_MAX,
      true,
    ])
  })
})
