import type { Message } from 'node-rdkafka'
import { expect, test } from 'vitest'
import { Inbox, nameOf } from './inbox.ts'

const SIZE = { lines: 4, bytes: 1_000 }
const MINUTE = 60_000
const at = (topic: string, offset = 0) => ({ topic, partition: 0, offset })

function inboxOf(...topics: string[]): Inbox {
  return new Inbox(
    topics.map((topic) => at(topic)),
    SIZE,
  )
}

function message(topic: string, offset: number, minute: number, size = 10): Message {
  return { ...at(topic, offset), timestamp: minute * MINUTE, size, value: null }
}

/** Each run as `topic:offsets`. */
function taken(inbox: Inbox): string[] {
  return inbox.take().map(({ topic, messages }) => `${topic}:${messages.map(({ offset }) => offset).join()}`)
}

test('Nothing is handed on before every partition has spoken or ended', () => {
  const inbox = inboxOf('a', 'b', 'c')
  inbox.add(message('a', 0, 1))
  expect(taken(inbox)).toEqual([])
  inbox.add(message('b', 0, 2))
  expect(taken(inbox)).toEqual([])
  inbox.end(at('c'))
  expect(taken(inbox)).toEqual(['a:0'])
})

test('A partition is handed on up to the time of which all others have spoken', () => {
  const inbox = inboxOf('a', 'b')
  for (const [offset, minute] of [1, 2, 3, 4].entries()) inbox.add(message('a', offset, minute))
  inbox.add(message('b', 0, 3))
  expect(taken(inbox)).toEqual(['a:0,1,2', 'b:0'])
  inbox.end(at('b', 1))
  expect(taken(inbox)).toEqual(['a:3'])
})

test('What was written more than five minutes later waits for its turn, and the earliest comes first', () => {
  const inbox = inboxOf('a', 'b')
  for (const [offset, minute] of [6, 7, 30].entries()) inbox.add(message('a', offset, minute))
  for (const [offset, minute] of [2, 3, 8, 12].entries()) inbox.add(message('b', offset, minute))
  inbox.end(at('a', 3))
  inbox.end(at('b', 4))
  expect(taken(inbox)).toEqual(['b:0,1', 'a:0,1'])
  expect(taken(inbox)).toEqual(['b:2,3'])
  expect(taken(inbox)).toEqual(['a:2'])
  expect(inbox.isExhausted).toBe(true)
})

test('A message that arrives after the end was told takes that back', () => {
  const inbox = inboxOf('a', 'b')
  inbox.end(at('a'))
  inbox.end(at('b'))
  inbox.add(message('a', 0, 1))
  expect(inbox.isExhausted).toBe(false)
  inbox.end(at('a', 0))
  inbox.add(message('b', 0, 9))
  expect(taken(inbox)).toEqual(['a:0'])
  expect(taken(inbox)).toEqual([])
  inbox.end(at('a', 1))
  expect(taken(inbox)).toEqual(['b:0'])
})

test('A partition is still speaking while more of the same time may come of it', () => {
  const inbox = inboxOf('a', 'b', 'c', 'd')
  for (const [offset, minute] of [1, 30].entries()) inbox.add(message('a', offset, minute))
  for (const [offset, minute] of [1, 5].entries()) inbox.add(message('b', offset, minute))
  inbox.add(message('c', 0, 1))
  inbox.end(at('d'))
  expect(taken(inbox)).toEqual(['a:0', 'b:0', 'c:0'])
  expect(inbox.speaking.map(nameOf)).toEqual(['b:0', 'c:0'])
})

test('A partition whose clock goes backwards is handed on all the same', () => {
  const inbox = inboxOf('a', 'b')
  for (const [offset, minute] of [5, 3, 4].entries()) inbox.add(message('a', offset, minute))
  inbox.add(message('b', 0, 9))
  expect(taken(inbox)).toEqual(['a:0,1,2'])
})

test('A run begins where the last one ended, so that offsets without a message are not lost from sight', () => {
  const inbox = inboxOf('a')
  inbox.add(message('a', 3, 1))
  inbox.end(at('a', 4))
  expect(inbox.take()).toMatchObject([{ offset: 0 }])
  inbox.add(message('a', 7, 1))
  inbox.end(at('a', 8))
  expect(inbox.take()).toMatchObject([{ offset: 4 }])
})

test('A partition is full by number or by bytes, and hungry when half of that is gone', () => {
  const inbox = inboxOf('a', 'b', 'c')
  for (let offset = 0; offset < 4; offset++) inbox.add(message('a', offset, offset * 10))
  inbox.add(message('b', 0, 0, 1_000))
  expect(inbox.full.map(nameOf)).toEqual(['a:0', 'b:0'])
  expect(inbox.hungry.map(nameOf)).toEqual(['c:0'])
  inbox.end(at('c'))
  expect(taken(inbox)).toEqual(['a:0', 'b:0'])
  expect(inbox.hungry.map(nameOf)).toEqual(['b:0', 'c:0'])
})
