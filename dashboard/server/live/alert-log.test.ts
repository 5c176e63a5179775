import { expect, it } from 'vitest'
import { anAlert } from '../../testing/alerts.ts'
import { MemoryLog } from '../../testing/memory-log.ts'
import { Standings } from '../workflow/standings.ts'
import { AlertLog } from './alert-log.ts'

const several = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => anAlert(from + index))

async function readAll(log: AlertLog): Promise<number[]> {
  const seqs: number[] = []
  for (let cursor = 0; cursor < log.head; ) {
    const { entries, upTo } = await log.read(cursor)
    seqs.push(...[...entries].map(({ seq }) => seq))
    cursor = upTo
  }
  return seqs
}

it('reads what memory has let go page by page from the store, and the rest from memory', async () => {
  const feed = new MemoryLog()
  const log = new AlertLog(feed, new Standings(), { ringSize: 10, now: Date.now })
  feed.append(...several(1, 2_500))
  expect(await readAll(log)).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1))
  expect(feed.pagesRead).toBe(3)
})

it('covers no more of the log than the page holds that was asked for before more arrived', async () => {
  const feed = new MemoryLog()
  const log = new AlertLog(feed, new Standings(), { ringSize: 10, now: Date.now })
  feed.append(...several(1, 50))
  feed.since = async (seq, limit) => {
    const page = feed.all.slice(seq, seq + limit)
    feed.append(...several(51, 80))
    return page
  }
  const { upTo } = await log.read(0)
  expect(upTo).toBe(50)
})

it('tells by new alerts how late they come, not by later revisions, which keep the time of the first', () => {
  const feed = new MemoryLog()
  const log = new AlertLog(feed, new Standings(), { ringSize: 10, now: () => Date.parse('2026-01-05T10:00:00+08:00') })
  feed.append(anAlert(1, { detected_at: '2026-01-05T09:59:58+08:00' }))
  feed.append(anAlert(1, { detected_at: '2026-01-05T07:00:00+08:00', revision: 2 }))
  expect(log.lagMs).toBe(2_000)
})

it('counts what is not shown as covered', async () => {
  const feed = new MemoryLog()
  const log = new AlertLog(feed, new Standings(), { ringSize: 10, now: Date.now })
  feed.append(anAlert(1), anAlert(2, { mode: 'shadow' }))
  const { entries, upTo } = await log.read(0)
  expect([[...entries].map(({ seq }) => seq), upTo]).toEqual([[1], 2])
})
