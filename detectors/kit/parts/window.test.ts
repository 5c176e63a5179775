import { expect, test } from 'vitest'
import { DAY, HOUR } from '../../../schemas/time.ts'
import type { Context, Finding, Visit } from '../../detector.ts'
import { permutations } from '../../testing/shuffles.ts'
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

const ids = ({ entries }: { readonly entries: readonly Entry[] }) => entries.map(({ id }) => id)

test('Entries lie by time and id, in whichever order they come', () => {
  const visits = [visit('B', HOUR), visit('C', HOUR), visit('A', 2 * HOUR), visit('D', 0)]
  for (const order of permutations(visits)) {
    let state = PAIRS.initial()
    for (const event of order) state = PAIRS.onEvent(state, event, seenFrom(0)).state!
    expect(ids(state)).toEqual(['D', 'B', 'C', 'A'])
  }
})

/** Of which one matters longer than the others. */
const RARE = windowRule<Visit, Entry, unknown, unknown>({
  on: ['settlement'],
  space: 'person',
  root: ({ psn_no }) => psn_no,
  keep: 0,
  remember: ({ setl_id, setl_time }) => ({ id: setl_id, at: setl_time }),
  judge: () => ({ holds: [], keep: ({ id }) => (id === 'LONG' ? 5 : 2) * HOUR }),
})

test('An entry is kept to the last moment in which it matters to an event that comes as late as any may', () => {
  for (const [rule, id] of [
    [PAIRS, 'A'],
    [RARE, 'A'],
  ] as const) {
    const left = (watermark: number) => {
      const older = rule.onEvent(rule.initial(), visit('OLDER', -2 * HOUR), seenFrom(0))
      const first = rule.onEvent(older.state!, visit(id, 0), seenFrom(0))
      return ids(rule.onEvent(first.state!, visit('Z', 30 * DAY), seenFrom(watermark)).state!)
    }
    expect(left(72 * HOUR)).toEqual(['OLDER', id, 'Z'])
    expect(left(74 * HOUR)).toEqual([id, 'Z'])
    expect(left(74 * HOUR + 1)).toEqual(['Z'])
  }
})

test('The memory is forgotten with the entry that matters longest', () => {
  const first = RARE.onEvent(RARE.initial(), visit('LONG', 0), seenFrom(0))
  expect(first.forgetAt).toBe(77 * HOUR)
  expect(RARE.onEvent(first.state!, visit('B', HOUR), seenFrom(0)).forgetAt).toBe(77 * HOUR)
  expect(RARE.onEvent(first.state!, visit('B', 4 * HOUR), seenFrom(0)).forgetAt).toBe(78 * HOUR)
  expect(PAIRS.onEvent(PAIRS.initial(), visit('A', HOUR), seenFrom(0)).forgetAt).toBe(75 * HOUR)
})

test('A correction replaces its entry, and a void takes it out, also when the reversal tells of it', () => {
  let state = PAIRS.initial()
  for (const one of [visit('A', 0), visit('B', HOUR), visit('A', 2 * HOUR)]) state = PAIRS.onEvent(state, one, seenFrom(0)).state!
  expect(state.entries).toEqual([
    { id: 'B', at: HOUR },
    { id: 'A', at: 2 * HOUR },
  ])
  expect(ids(PAIRS.onVoid!(state, visit('A', 0), seenFrom(0)).state!)).toEqual(['B'])
  const reversal = { kind: 'reversal', visit: visit('B', 0) } as unknown as Visit
  expect(ids(PAIRS.onVoid!(state, reversal, seenFrom(0)).state!)).toEqual(['A'])
  expect(PAIRS.onVoid!(state, visit('C', 0), seenFrom(0)).unchanged).toBe(true)
})

test('What a person’s memory was read from is not written anew', () => {
  const written: string[] = []
  const form = {
    pack({ id, at }: Entry) {
      written.push(id)
      return [id, at]
    },
    unpack: ([id, at]: [string, number]) => ({ id, at }),
  }
  const rule = windowRule<Visit, Entry, unknown, unknown>({
    ...{ on: ['settlement'], space: 'person', root: ({ psn_no }) => psn_no, keep: DAY, form, judge: () => ({ holds: [] }) },
    remember: ({ setl_id, setl_time }) => ({ id: setl_id, at: setl_time }),
  })
  const packed = ['A', 'C'].map((id, i) => [id, i * HOUR])
  const { state } = rule.onEvent(rule.form!.unpack(packed), visit('B', 1), seenFrom(0))
  expect(rule.form!.pack(state!)).toEqual([packed[0], ['B', 1], packed[1]])
  expect(written).toEqual(['B'])
})
