import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client'
import type { Engine } from '../../../pipeline/engine/engine.ts'
import type { Slice } from '../../../pipeline/region/slice.ts'
import type { KafkaSource } from '../../../pipeline/source/kafka.ts'
import { parseInstant, SECOND } from '../../../schemas/time.ts'

/**
 * What operators watch of the pipeline: how much came, what became of it, and how far event time has passed. To be called with
 * each engine that begins; `engines` tells those that are at work.
 */
export function watchEngines(registry: Registry, engines: () => readonly Engine[]): (engine: Engine) => void {
  collectDefaultMetrics({ register: registry })
  const events = new Counter({
    name: 'fundwatch_events_total',
    help: 'Events by what became of them',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const settlements = new Counter({ name: 'fundwatch_settlements_total', help: 'Settlements stored', registers: [registry] })
  const feeLines = new Counter({ name: 'fundwatch_fee_lines_total', help: 'Fee lines stored', registers: [registry] })
  const latency = new Histogram({
    name: 'fundwatch_alert_latency_seconds',
    help: 'From the arrival of the event to the durable alert',
    buckets: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
    registers: [registry],
  })
  const alerts = new Counter({
    name: 'fundwatch_alert_revisions_total',
    help: 'Alert revisions by detector and status',
    labelNames: ['detector', 'status'],
    registers: [registry],
  })
  const guarded = new Counter({
    name: 'fundwatch_guarded_total',
    help: 'Times a detector was moved to shadow because it exceeded its budget',
    labelNames: ['detector'],
    registers: [registry],
  })
  new Gauge({
    name: 'fundwatch_watermark_seconds',
    help: 'Event time that has passed, seconds since the epoch',
    registers: [registry],
    collect() {
      const at = Math.min(...engines().map(({ shard }) => shard.watermark))
      if (Number.isFinite(at)) this.set(at / 1_000)
    },
  })
  return (engine) => {
    engine.onReceipt(({ accepted, duplicates, late, rejected, guarded: shut, settlements: stored, feeLines: lines }) => {
      settlements.inc(stored)
      feeLines.inc(lines)
      for (const { detector_id } of shut) guarded.inc({ detector: detector_id })
      events.inc({ outcome: 'accepted' }, accepted)
      events.inc({ outcome: 'duplicate' }, duplicates)
      events.inc({ outcome: 'late' }, late)
      for (const { code } of rejected) events.inc({ outcome: code })
    })
    engine.onCommitted((revisions) => {
      const now = Date.now()
      for (const { detector_id, status, revision, detected_at } of revisions) {
        alerts.inc({ detector: detector_id, status })
        // Later revisions keep the time of the first.
        if (revision === 1) latency.observe(Math.max(0, now - parseInstant(detected_at)) / SECOND)
      }
    })
  }
}

/** How much of the log is still to be read; nothing while no broker answers. */
export function watchLag(sources: () => readonly KafkaSource[], registry: Registry): void {
  new Gauge({
    name: 'fundwatch_kafka_lag_messages',
    help: 'Messages of a partition that are not durable here yet',
    labelNames: ['topic', 'partition'],
    registers: [registry],
    async collect() {
      // What is read elsewhere now is told there.
      this.reset()
      for (const source of sources()) {
        for (const { topic, partition, lag } of await source.lag().catch(() => [])) this.set({ topic, partition }, lag)
      }
    },
  })
}

/** How old the copies are with which another worker would begin. */
export function watchCheckpoints(slices: () => readonly Pick<Slice, 'index' | 'keptAt'>[], registry: Registry): void {
  const begun = Date.now()
  new Gauge({
    name: 'fundwatch_checkpoint_seconds',
    help: 'When the memory of a slice was last copied into the store, or before the first copy this process began; seconds since the epoch',
    labelNames: ['slice'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { index, keptAt = begun } of slices()) this.set({ slice: index }, keptAt / SECOND)
    },
  })
}
