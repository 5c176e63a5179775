import { setTimeout as sleep } from 'node:timers/promises'
import type { Producer } from 'node-rdkafka'
import { WebSocket } from 'ws'
import { lineOf } from '../../../pipeline/engine/chunk.ts'
import { readBytes } from '../../../pipeline/source/file.ts'
import { loadRdkafka } from '../../../pipeline/source/kafka-client.ts'
import { chunksOfLines } from '../../../pipeline/source/lines.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { type DownMessage, WIRE_VERSION } from '../../../schemas/wire.ts'

export interface LatencyOptions {
  /** Of the process that reads Kafka and shows alerts. */
  readonly url: string
  readonly password: string
  readonly brokers: string
  readonly properties: Readonly<Record<string, string>>
  /** NDJSON events, reference rows first. */
  readonly file: string
  /** Settlements per second. */
  readonly rate: number
  readonly seconds: number
}

export interface LatencyReport {
  readonly settlements: number
  readonly settlements_per_second: number
  /** Settlements of which an alert is certain, and those of which none came. */
  readonly probes: number
  readonly missing: number
  /** Milliseconds from the moment at which a settlement was to be sent to its alert at a client of the socket. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
  /** How late the generator itself has sent at worst; part of the latencies above. */
  readonly sent_late: number
}

/** One settlement in so many is a probe: more would be a flood of alerts, which is another measurement. */
const PROBE_EVERY = 100
/** Not measured: the first seconds, in which everything is compiled and connected. */
const WARM_UP_S = 5
/** How long the last alerts may take. */
const PATIENCE_MS = 60_000

const TOPICS: Readonly<Record<string, string>> = {
  settlement: 'fundwatch.settlement',
  void: 'fundwatch.settlement',
  admission: 'fundwatch.stay',
  discharge: 'fundwatch.stay',
  inventory: 'fundwatch.inventory',
  reference: 'fundwatch.reference',
}

/**
 * Sends settlements at moments that are fixed beforehand, whether or not the system keeps up: who waits for an answer before
 * asking again does not measure the waiting of those who come meanwhile. Some settlements break a rule for certain; the time
 * until their alert is seen is the latency.
 */
export async function measureLatency(options: LatencyOptions): Promise<LatencyReport> {
  const due = new Map<string, number>()
  const latencies: number[] = []
  const socket = await watch(options, (setl_id) => {
    const intended = due.get(setl_id)
    if (intended === undefined || !due.delete(setl_id)) return
    if (!Number.isNaN(intended)) latencies.push(performance.now() - intended)
  })
  const producer = await connect(options)
  try {
    const { sent, seconds, late } = await send(options, producer, due)
    const end = performance.now() + PATIENCE_MS
    while (due.size > 0 && performance.now() < end) await sleep(20)
    const sorted = latencies.sort((a, b) => a - b)
    const at = (share: number) => tenth(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN)
    return {
      ...{ settlements: sent, settlements_per_second: Math.round(sent / seconds), probes: sorted.length, missing: due.size },
      ...{ p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1), sent_late: tenth(late) },
    }
  } finally {
    socket.close()
    await new Promise<void>((done) => producer.disconnect(() => done()))
  }
}

async function send({ file, rate, seconds }: LatencyOptions, producer: Producer, due: Map<string, number>) {
  const run = Date.now().toString(36)
  const limit = rate * (seconds + WARM_UP_S)
  let begun = Number.NaN
  let sent = 0
  let late = 0
  for await (const line of linesOf(file)) {
    const kind = /^\{"kind":"(\w+)"/.exec(line.toString('latin1', 0, 40))?.[1] ?? ''
    if (kind === 'settlement') {
      if (sent === 0) begun = performance.now()
      const intended = begun + (sent * 1_000) / rate
      while (performance.now() < intended) await sleep(Math.max(0, Math.floor(intended - performance.now())))
      const measured = sent >= rate * WARM_UP_S
      if (measured) late = Math.max(late, performance.now() - intended)
      const probe = sent % PROBE_EVERY === 0 ? probeOf(line, `LAT-${run}-${sent}`) : undefined
      if (probe) due.set(probe.setl_id, measured ? intended : Number.NaN)
      await produce(producer, TOPICS.settlement!, probe?.line ?? line)
      if (++sent === limit) break
    } else if (TOPICS[kind]) await produce(producer, TOPICS[kind], line)
  }
  if (sent < limit) throw new FundwatchError('FILE_SHORT', `${file} has ${sent} settlements; ${limit} are needed.`)
  return { sent, seconds: (performance.now() - begun) / 1_000, late }
}

/** A settlement like the others with an item that no table knows, charged above the platform's own cap. */
function probeOf(line: Buffer, setl_id: string): { setl_id: string; line: Buffer } {
  const event = JSON.parse(line.toString()) as { feedetail: Record<string, unknown>[] }
  const [first, ...others] = event.feedetail
  const feedetail = [{ ...first, med_list_codg: 'LATENCY-PROBE', pric_uplmt_amt: 0.01 }, ...others]
  return { setl_id, line: Buffer.from(JSON.stringify({ ...event, setl_id, mdtrt_id: setl_id, feedetail })) }
}

async function* linesOf(file: string): AsyncGenerator<Buffer> {
  for await (const chunk of chunksOfLines(readBytes(file), { lines: 500, bytes: 8 * 1024 * 1024 })) {
    for (let row = 0; row < chunk.ends.length; row++) yield lineOf(chunk, row)
  }
}

async function produce(producer: Producer, topic: string, line: Buffer): Promise<void> {
  const key = /"(?:psn_no|fixmedins_code|id)":"([^"]*)"/.exec(line.toString('latin1', 0, 400))?.[1]
  // The client copies the line; its memory is used again by the reader.
  for (;;) {
    try {
      producer.produce(topic, null, Buffer.from(line), key)
      return
    } catch (error) {
      if (!/queue full/i.test((error as Error).message)) throw error
      await sleep(1)
    }
  }
}

async function connect({ brokers, properties }: LatencyOptions): Promise<Producer> {
  const rdkafka = await loadRdkafka()
  const limits = { 'linger.ms': 1, 'message.max.bytes': 16 * 1024 * 1024 }
  const producer = new rdkafka.Producer({ ...properties, 'metadata.broker.list': brokers, ...limits })
  await new Promise<void>((done, fail) => {
    producer.connect({ timeout: 10_000 }, (error) => {
      if (error) fail(new FundwatchError('KAFKA_UNREACHABLE', `No broker answers at ${brokers}: ${error.message}`))
      else done()
    })
  })
  producer.setPollInterval(50)
  return producer
}

/** A client of the socket that is told of the alerts of the probes' rule. */
async function watch({ url, password }: LatencyOptions, onAlert: (setl_id: string) => void): Promise<WebSocket> {
  const api = new URL('/api/v1/', url)
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ username: 'admin', password })
  const session = await fetch(new URL('session', api), { method: 'POST', headers, body })
  if (!session.ok) throw new FundwatchError('SIGN_IN_FAILED', `${url} refuses the administrator: set FUNDWATCH_ADMIN_PASSWORD.`)
  const cookie = session.headers.get('set-cookie')!.split(';')[0]!
  const socket = new WebSocket(new URL('/ws', url.replace(/^http/, 'ws')), { headers: { cookie, origin: new URL(url).origin } })
  await new Promise<void>((done, fail) => {
    socket.on('error', fail)
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString()) as DownMessage
      if (message.type === 'welcome') done()
      if (message.type === 'batch') for (const { subject_id } of message.alerts) onAlert(subject_id)
    })
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'hello', version: WIRE_VERSION }))
      socket.send(
        JSON.stringify({ type: 'subscribe', id: 'latency', topic: 'alerts', filter: { detector_id: ['POL-01'] }, mode: 'row' }),
      )
    })
  })
  return socket
}

function tenth(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
