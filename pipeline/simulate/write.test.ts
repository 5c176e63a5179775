import { Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { simulate } from './simulate.ts'
import { writeSimulation } from './write.ts'

const options = { settlements: 250, seed: 3, days: 10 }

/** Collects what it is given; slow ones ask to wait after every chunk. */
class Sink extends Writable {
  readonly chunks: Buffer[] = []
  mostWaiting = 0

  constructor(slow = false) {
    super(slow ? { highWaterMark: 1 } : {})
  }

  override async _write(chunk: Buffer, _encoding: string, done: () => void): Promise<void> {
    this.mostWaiting = Math.max(this.mostWaiting, this.writableLength)
    this.chunks.push(Buffer.from(chunk))
    if (this.writableHighWaterMark === 1) await pause(1)
    done()
  }

  lines(): string[] {
    return Buffer.concat(this.chunks).toString('utf8').trimEnd().split('\n')
  }
}

describe('writeSimulation', () => {
  it('writes what simulate yields, in UTF-8, events apart from truth', async () => {
    const [out, truth] = [new Sink(), new Sink()]
    const written = await writeSimulation(options, out, truth)
    const rows = [...simulate(options)]
    expect(out.lines()).toEqual(rows.flatMap((row) => ('event' in row ? [row.event] : [])))
    expect(truth.lines().map((line) => JSON.parse(line))).toEqual(rows.flatMap((row) => ('truth' in row ? [row.truth] : [])))
    expect(written.events).toBe(out.lines().length)
    expect(written.bytes).toBe(Buffer.concat(out.chunks).length)
  })

  it('never has more than one chunk waiting for a slow reader', async () => {
    const out = new Sink(true)
    await writeSimulation(options, out, new Sink(true))
    expect(out.chunks.length).toBeGreaterThan(3)
    expect(out.mostWaiting).toBeLessThanOrEqual(2 ** 20)
  })

  it('tells how far it is', async () => {
    const seen: number[] = []
    const { settlements } = await writeSimulation(options, new Sink(), new Sink(), (progress) => seen.push(progress.settlements))
    expect(seen.length).toBeGreaterThan(2)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.at(-1)).toBe(settlements)
  })

  it('stops when the reader goes away', async () => {
    const out = new Sink(true)
    const writing = writeSimulation(options, out, new Sink())
    out.destroy()
    await expect(writing).rejects.toThrow('closed')
  })

  it('passes on why the reader failed', async () => {
    const out = new Sink(true)
    const writing = writeSimulation(options, out, new Sink())
    out.destroy(new Error('disk full'))
    await expect(writing).rejects.toThrow('disk full')
  })
})
