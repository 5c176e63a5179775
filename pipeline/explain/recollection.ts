import type { Settlement, Void } from '../../schemas/events.ts'
import type { Chunk } from '../decode/decode.ts'
import { maskedText, type Pseudonymiser } from '../decode/mask.ts'
import type { Arrival } from '../decode/packed.ts'
import { lineOf } from '../engine/chunk.ts'
import type { EventRecord } from '../engine/originals.ts'
import type { Account } from '../shard/outcome.ts'

type Visit = Pick<Settlement, 'psn_no' | 'mdtrt_id' | 'fixmedins_code'>

/**
 * What of the files will be asked for again: settlements that are taken back, and what comes more than once. It is learned
 * by reading them before, so that everything else need not be kept.
 */
export class Wanted {
  readonly #seen = new Set<string>()
  readonly #again = new Set<string>()
  readonly #visits = new Set<string>()

  learn(arrivals: readonly Arrival[]): void {
    for (const arrival of arrivals) {
      const key = keyOf(arrival)
      if (arrival.id !== '' && this.#seen.has(key)) this.#again.add(key)
      this.#seen.add(key)
      if (arrival.kind !== 'void') continue
      const { orig_setl_id, ...refund } = arrival.event() as Void
      if (orig_setl_id) this.#again.add(`settlement|${orig_setl_id}`)
      else if (refund.mdtrt_id) this.#visits.add(visitOf({ ...refund, mdtrt_id: refund.mdtrt_id }))
    }
  }

  has(arrival: Arrival): boolean {
    return this.#again.has(keyOf(arrival)) || this.isOfVisit(arrival)
  }

  /** A refund that names no settlement may mean this one. */
  isOfVisit(arrival: Arrival): boolean {
    return this.#visits.size > 0 && arrival.kind === 'settlement' && this.#visits.has(visitOf(arrival.event() as Settlement))
  }
}

/** What was accepted and will be asked for again, in the place of a store. */
export class Recollection implements EventRecord {
  readonly #wanted: Wanted
  readonly #hide: Pseudonymiser
  readonly #lines = new Map<string, string>()
  readonly #settlements = new Map<string, Settlement[]>()

  constructor(wanted: Wanted, hide: Pseudonymiser) {
    this.#wanted = wanted
    this.#hide = hide
  }

  keep(chunk: Chunk, arrivals: readonly Arrival[], { refusals, duplicates }: Account): void {
    const left = new Set([...refusals.map(({ row }) => row), ...duplicates])
    for (const arrival of arrivals) {
      if (left.has(arrival.row) || !this.#wanted.has(arrival)) continue
      this.#lines.set(keyOf(arrival), maskedText(lineOf(chunk, arrival.row), this.#hide))
      if (!this.#wanted.isOfVisit(arrival)) continue
      const settlement = arrival.event() as Settlement
      const visit = visitOf(settlement)
      this.#settlements.set(visit, [...(this.#settlements.get(visit) ?? []), settlement])
    }
  }

  async originals(ids: Parameters<EventRecord['originals']>[0]): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (const id of ids) {
      const line = this.#lines.get(keyOf(id))
      if (line !== undefined) found.set(keyOf(id), line)
    }
    return found
  }

  async findByVisit(visit: Parameters<EventRecord['findByVisit']>[0]): Promise<string[]> {
    const known = this.#settlements.get(visitOf(visit)) ?? []
    const isMeant = ({ medfee_sumamt, setl_time }: Settlement) =>
      medfee_sumamt === visit.medfee_sumamt && setl_time <= visit.until
    return known.filter(isMeant).map(({ setl_id }) => setl_id)
  }
}

function keyOf({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind}|${id}`
}

function visitOf({ psn_no, mdtrt_id, fixmedins_code }: Visit): string {
  return [psn_no, mdtrt_id, fixmedins_code].join('\0')
}
