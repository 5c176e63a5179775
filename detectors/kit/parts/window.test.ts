import { expect, test } from 'vitest'
import { DAY, HOUR } from '../../../schemas/time.ts'
import type { Context, Finding, Visit } from '../../detector.ts'
import { type Entry, windowRule } from './window.ts'

/** Two visits within an hour, told an hour later. */
const PAIRS = windowRule<Visit, Entry, unknown, unknown>({
  on: ['settlement'],
  space: 'person',
  root: ({ psn_no }) => psn_no,
  keep: 2 * HOUR,
  remember: ({ setl_id, setl_time }) => ({ id: setl_id, at: setl_time }),
  judge(entries, { watermark }) {
    const later = entries.filter(({ at }, i) => i > 0 && at - entries[i - 1]!.at <= HOUR)
    const told = later.filter(({ at }) => watermark >= at + HOUR)
    const waiting = later.find((entry) => !told.includes(entry))
    return { holds: told.map(({ id }) => ({ setl_ids: [id] }) as unknown as Finding), wakeAt: waiting && waiting.at + HOUR }
  },
})

const visit = (setl_id: string, setl_time: number) => ({ kind: 'settlement', setl_id, psn_no: 'P1', setl_time }) as Visit
const seenFrom = (watermark: number) => ({ watermark }) as Context<unknown>

test('A verdict that waits for the watermark outlives an event that is far ahead of it', () => {
  const first = PAIRS.onEvent(PAIRS.initial(), visit('A', 0), seenFrom(0))
  const second = PAIRS.onEvent(first.state!, visit('B', HOUR), seenFrom(0))
  const ahead = PAIRS.onEvent(second.state!, visit('C', 30 * DAY), seenFrom(0))
  expect(ahead.wakeAt).toBe(2 * HOUR)
  expect(PAIRS.onTime!(ahead.state!, seenFrom(2 * HOUR)).holds).toEqual([{ setl_ids: ['B'] }])
})

test('What the watermark has left behind for longer than it matters is dropped, except what a finding rests on', () => {
  const later = 30 * DAY
  const events = [visit('A', 0), visit('B', HOUR), visit('C', later)]
  let state = PAIRS.initial()
  for (const event of events) state = PAIRS.onEvent(state, event, seenFrom(later)).state!
  expect(state.entries.map(({ id }) => id)).toEqual(['B', 'C'])
})
