import type { DownMessage } from '../../../schemas/wire.ts'
import type { Caller } from '../access/caller.ts'

/** Topics that are told to everyone who listens, and have no past. */
export type PlainTopic = 'ops' | 'jobs'
export const PLAIN_TOPICS: readonly string[] = ['ops', 'jobs'] satisfies PlainTopic[]

interface Listener {
  readonly caller: Caller
  tell(message: DownMessage): void
}

/** Who listens to which plain topic. */
export class Listeners {
  readonly #listening = new Map<PlainTopic, Map<Listener, Set<string>>>()

  come(topic: PlainTopic, listener: Listener, id: string): void {
    const listeners = this.#listening.get(topic) ?? new Map<Listener, Set<string>>()
    this.#listening.set(topic, listeners.set(listener, new Set(listeners.get(listener)).add(id)))
  }

  leave(topic: PlainTopic, listener: Listener, id: string): void {
    const listeners = this.#listening.get(topic)
    const ids = listeners?.get(listener)
    ids?.delete(id)
    if (ids?.size === 0) listeners!.delete(listener)
  }

  has(topic: PlainTopic): boolean {
    return (this.#listening.get(topic)?.size ?? 0) > 0
  }

  /** Tells those whom it concerns, by each of their subscriptions. */
  tell(topic: PlainTopic, message: (id: string) => DownMessage, concerns: (caller: Caller) => boolean = () => true): void {
    for (const [listener, ids] of this.#listening.get(topic) ?? []) {
      if (concerns(listener.caller)) for (const id of ids) listener.tell(message(id))
    }
  }
}
