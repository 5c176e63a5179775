import { ROOT_CONTEXT, type Span, type SpanStatus, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Alert } from '../../schemas/alert.ts'
import { lastOf, type SourceChunk } from './chunk.ts'

/** Where nobody listens, spans are nothing and cost nothing: that is what the package of the interface is for. */
const tracer = trace.getTracer('fundwatch')

/** A trace is looked for by its alerts; of more than so many it says only how many there were. */
const NAMED_ALERTS = 100

/** What is done with a range on its way. */
export type Stage = 'read' | 'judge' | 'store' | 'tell'

/**
 * The way of ranges that become durable together, from their offsets to their alerts: each has a trace of its own, a span for
 * all of its way and one for each stage.
 */
export class Journey {
  /** A chunk that brings nothing but time has no way to tell of. */
  readonly #spans: readonly Span[]

  constructor(chunks: readonly SourceChunk[]) {
    this.#spans = chunks.filter(({ ends, mail }) => ends.length > 0 || mail).map(spanOf)
  }

  async stage<T>(name: Stage, work: () => T | Promise<T>): Promise<T> {
    const stages = this.#spans.map((span) => tracer.startSpan(name, {}, trace.setSpan(ROOT_CONTEXT, span)))
    try {
      return await work()
    } catch (error) {
      for (const span of stages) span.setStatus(statusOf(error))
      throw error
    } finally {
      for (const span of stages) span.end()
    }
  }

  /** It is durable, and its alerts are told. */
  arrive(alerts: readonly Alert[]): void {
    const alert_ids = alerts.slice(0, NAMED_ALERTS).map(({ alert_id }) => alert_id)
    for (const span of this.#spans) {
      span.setAttributes({ 'fundwatch.alerts': alerts.length, 'fundwatch.alert_ids': alert_ids })
      span.end()
    }
  }

  fail(error: unknown): void {
    for (const span of this.#spans) {
      span.setStatus(statusOf(error))
      span.end()
    }
  }
}

function spanOf(chunk: SourceChunk): Span {
  const { source, partition, first, ends } = chunk
  return tracer.startSpan('range', {
    attributes: {
      'fundwatch.source': source,
      'fundwatch.partition': partition,
      'fundwatch.offset.first': first,
      'fundwatch.offset.last': lastOf(chunk),
      'fundwatch.events': ends.length,
    },
  })
}

/** What went wrong is told by its code: a message may quote what it was about. */
function statusOf(error: unknown): SpanStatus {
  const { code, name } = error as Error & { code?: string }
  return { code: SpanStatusCode.ERROR, message: code ?? name }
}
