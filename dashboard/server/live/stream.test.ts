import { afterEach, expect, it } from 'vitest'
import { anAlert } from '../../testing/alerts.ts'
import { MemoryLog } from '../../testing/memory-log.ts'
import { Standings } from '../workflow/standings.ts'
import { AlertLog } from './alert-log.ts'
import { CountTeller } from './count-teller.ts'
import { Pulse } from './pulse.ts'
import { Sharing } from './sharing.ts'
import { type Outlet, Stream } from './stream.ts'
import { Subscription } from './subscription.ts'

const MIB = 1024 * 1024

/** A client that takes nothing from its socket until it is told to. */
class StuckOutlet implements Outlet {
  bufferedAmount = 0
  most = 0
  readonly sent: (string | Buffer)[] = []

  send(frame: string | Buffer): void {
    this.sent.push(frame)
    this.bufferedAmount += Buffer.byteLength(frame)
    this.most = Math.max(this.most, this.bufferedAmount)
  }

  close(): void {}
}

const EVERYTHING = { scope: ['000000'], institutions: [] }
let stream: Stream
afterEach(() => stream.close())

it('leaves no more than a mebibyte and one batch to a client that takes nothing, however much happens', async () => {
  const feed = new MemoryLog()
  const standings = new Standings()
  const log = new AlertLog(feed, standings, { ringSize: 1_000, now: Date.now })
  const outlet = new StuckOutlet()
  const teller = new CountTeller(
    () => ({ hwm: log.head, place: 0 }),
    async () => ({ counts: await feed.counts(EVERYTHING, {}), mark: { hwm: log.head, place: 0 } }),
    () => undefined,
  )
  stream = new Stream({
    log,
    standings,
    pulse: new Pulse(100, () => undefined),
    sharing: new Sharing(),
    outlet,
    teller,
    times: { slowAfterMs: 50, giveUpAfterMs: 60_000 },
    onResync: () => undefined,
    onGiveUp: () => undefined,
    onFailure: (error) => {
      throw error
    },
  })
  stream.add(new Subscription('live', {}, 'row', EVERYTHING, { start: 0, end: 0, place: 0 }))
  log.onGrowth(() => stream.wake())
  for (let round = 0; round < 12; round++) {
    feed.append(...Array.from({ length: 1_000 }, (_, n) => anAlert(round * 1_000 + n)))
    await new Promise((resolve) => setTimeout(resolve, 110))
  }
  teller.close()
  const batch = Buffer.byteLength(outlet.sent[0]!)
  expect(outlet.sent.length).toBeGreaterThan(1)
  expect(outlet.most).toBeLessThan(MIB + batch + 1_000)
})
