import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client'
import type { Pipeline } from './pipeline.ts'

/** What operators watch of the pipeline: how much came, what became of it, and how far event time has passed. */
export function watchEngine({ engine }: Pipeline, registry: Registry): void {
  collectDefaultMetrics({ register: registry })
  const events = new Counter({
    name: 'fundwatch_events_total',
    help: 'Events by what became of them',
    labelNames: ['outcome'],
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
  engine.onReceipt(({ accepted, duplicates, late, rejected, guarded: shut }) => {
    for (const { detector_id } of shut) guarded.inc({ detector: detector_id })
    events.inc({ outcome: 'accepted' }, accepted)
    events.inc({ outcome: 'duplicate' }, duplicates)
    events.inc({ outcome: 'late' }, late)
    for (const { code } of rejected) events.inc({ outcome: code })
  })
  engine.onCommitted((revisions) => {
    for (const { detector_id, status } of revisions) alerts.inc({ detector: detector_id, status })
  })
  new Gauge({
    name: 'fundwatch_watermark_seconds',
    help: 'Event time that has passed, seconds since the epoch',
    registers: [registry],
    collect() {
      if (Number.isFinite(engine.shard.watermark)) this.set(engine.shard.watermark / 1_000)
    },
  })
}
