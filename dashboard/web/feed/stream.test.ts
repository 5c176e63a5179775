import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AlertStream, type Connection, type StreamEvents } from './stream.ts'

/** The browser's socket as far as the page uses it; the test plays the server. */
class FakeSocket {
  static all: FakeSocket[] = []
  static readonly OPEN = 1
  readyState = 0
  readonly said: { type: string; resume?: unknown; seq?: number }[] = []
  onopen: () => void = () => undefined
  onmessage: (event: { data: string }) => void = () => undefined
  onclose: () => void = () => undefined

  constructor() {
    FakeSocket.all.push(this)
  }

  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!
  }

  send(text: string): void {
    this.said.push(JSON.parse(text))
  }

  close(): void {
    this.readyState = 3
  }

  open(): void {
    this.readyState = 1
    this.onopen()
  }

  tell(message: object): void {
    this.onmessage({ data: JSON.stringify(message) })
  }

  welcome(seq: number, epoch = 'e1'): void {
    this.tell({ type: 'welcome', epoch, seq, server_time: '', heartbeat_ms: 10_000, user: { username: 'li', role: 'officer' } })
  }

  batch(from: number, to: number): void {
    this.tell({ type: 'batch', id: 'alerts', seq_from: from, seq_to: to, hwm: to, alerts: [], patches: [], groups: [] })
  }
}

let states: Connection['state'][]
let events: { [K in keyof StreamEvents]: ReturnType<typeof vi.fn> }
let stream: AlertStream

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.all = []
  states = []
  events = {
    onFresh: vi.fn(),
    onBatch: vi.fn(),
    onCounts: vi.fn(),
    onPresence: vi.fn(),
    onFileChanged: vi.fn(),
    onJob: vi.fn(),
    onConnection: vi.fn((connection: Connection) => states.at(-1) !== connection.state && states.push(connection.state)),
    onRefused: vi.fn(),
  }
  stream = new AlertStream('ws://here/ws', { severity: [1] }, events as unknown as StreamEvents)
  stream.open()
})
afterEach(() => {
  stream.close()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('the stream of the page', () => {
  it('passes on what waits for the person', () => {
    FakeSocket.last.open()
    FakeSocket.last.welcome(5)
    expect(FakeSocket.last.said).toContainEqual({ type: 'subscribe', id: 'jobs', topic: 'jobs' })
    FakeSocket.last.tell({ type: 'notice', id: 'jobs', code: 'BULK_WAITING', message: '', object: 'b1' })
    expect(events.onJob).toHaveBeenCalledExactlyOnceWith('BULK_WAITING')
  })

  it('begins without a cursor, reads the list once, and is live', () => {
    FakeSocket.last.open()
    FakeSocket.last.welcome(7)
    expect(FakeSocket.last.said.map(({ type }) => type)).toEqual(['hello', 'subscribe', 'subscribe', 'subscribe'])
    expect(FakeSocket.last.said[0]).not.toHaveProperty('resume')
    expect(events.onFresh).toHaveBeenCalledTimes(1)
    expect(states).toEqual(['connecting', 'live'])
  })

  it('comes back by itself with its cursor, catches up, and does not read the list again', () => {
    FakeSocket.last.open()
    FakeSocket.last.welcome(7)
    FakeSocket.last.batch(8, 12)
    FakeSocket.last.onclose()
    expect(states.at(-1)).toBe('cut_off')
    vi.advanceTimersByTime(1_000)
    FakeSocket.last.open()
    expect(FakeSocket.last.said[0]).toMatchObject({ type: 'hello', resume: { epoch: 'e1', seq: 12 } })
    FakeSocket.last.welcome(30)
    expect(states.at(-1)).toBe('catching_up')
    FakeSocket.last.batch(13, 30)
    expect(states.at(-1)).toBe('live')
    expect(events.onFresh).toHaveBeenCalledTimes(1)
  })

  it('reads the list anew when it is told that rows were left out', () => {
    FakeSocket.last.open()
    FakeSocket.last.welcome(7)
    FakeSocket.last.tell({ type: 'resync', reason: 'slow', from_seq: 7, to_seq: 90, missed: 40 })
    expect(events.onFresh).toHaveBeenLastCalledWith(40)
    FakeSocket.last.onclose()
    vi.advanceTimersByTime(1_000)
    FakeSocket.last.open()
    expect(FakeSocket.last.said[0]).toMatchObject({ resume: { seq: 90 } })
  })

  it('gives up a connection from which nothing is heard, although it claims to be open', () => {
    FakeSocket.last.open()
    FakeSocket.last.welcome(7)
    vi.advanceTimersByTime(24_000)
    expect(states.at(-1)).toBe('live')
    vi.advanceTimersByTime(4_000)
    expect(FakeSocket.all.length).toBeGreaterThan(1)
    expect(states.at(-1)).toBe('cut_off')
  })

  it('acknowledges what it has, once a second', () => {
    FakeSocket.last.open()
    FakeSocket.last.welcome(7)
    FakeSocket.last.batch(8, 9)
    FakeSocket.last.batch(10, 12)
    vi.advanceTimersByTime(3_000)
    expect(FakeSocket.last.said.filter(({ type }) => type === 'ack')).toEqual([{ type: 'ack', seq: 12 }])
  })

  it('asks whether the sign-in still holds when it is not let in', () => {
    FakeSocket.last.onclose()
    expect(events.onRefused).toHaveBeenCalledTimes(1)
  })

  it('waits longer from attempt to attempt, and not at all when the network is back', () => {
    for (let attempt = 0; attempt < 8; attempt++) {
      FakeSocket.last.onclose()
      vi.advanceTimersByTime(45_000)
    }
    const made = FakeSocket.all.length
    FakeSocket.last.onclose()
    vi.advanceTimersByTime(2_000)
    expect(FakeSocket.all.length).toBe(made)
    stream.wake()
    expect(FakeSocket.all.length).toBe(made + 1)
  })
})

it('tells what is open, again after a cut, and hears who else has it open', () => {
  const file = { type: 'subscribe', id: 'file', topic: 'case:c1' }
  FakeSocket.last.open()
  stream.watchFile('case:c1')
  expect(FakeSocket.last.said).not.toContainEqual(file)
  FakeSocket.last.welcome(5)
  expect(FakeSocket.last.said).toContainEqual(file)
  FakeSocket.last.tell({ type: 'presence', id: 'file', topic: 'case:c1', users: ['li', 'wang'] })
  FakeSocket.last.tell({ type: 'presence', id: 'file', topic: 'case:other', users: ['zhou'] })
  expect(events.onPresence).toHaveBeenLastCalledWith(['li', 'wang'])
  FakeSocket.last.onclose()
  expect(events.onPresence).toHaveBeenLastCalledWith([])
  vi.advanceTimersByTime(2_000)
  FakeSocket.last.open()
  FakeSocket.last.welcome(5)
  expect(FakeSocket.last.said).toContainEqual(file)
  stream.watchFile(undefined)
  expect(FakeSocket.last.said).toContainEqual({ type: 'unsubscribe', id: 'file' })
})

it('does not take the changes of what is open for the live list', () => {
  FakeSocket.last.open()
  stream.watchFile('case:c1')
  FakeSocket.last.welcome(5)
  const batch = { type: 'batch', id: 'file', seq_from: 6, seq_to: 9, hwm: 9, alerts: [], patches: [], groups: [] }
  FakeSocket.last.tell(batch)
  expect(events.onFileChanged).not.toHaveBeenCalled()
  FakeSocket.last.tell({ ...batch, patches: [{ alert_id: 'a', revision: 1, set: { owner: 'li' } }] })
  expect(events.onBatch).not.toHaveBeenCalled()
  expect(events.onFileChanged).toHaveBeenCalledTimes(1)
})
