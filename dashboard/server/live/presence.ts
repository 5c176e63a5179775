/** Comings and goings are told together: whoever opens an alert often leaves another one in the same moment. */
const TOLD_AFTER = 200

/** Somebody at the other end of a socket. */
interface Attendant {
  readonly caller: { readonly username: string }
  tellPresence(id: string, topic: string, users: string[]): void
}

interface Attending {
  readonly attendant: Attendant
  /** The subscription by which it attends. */
  readonly id: string
}

/** Who has which alert or case open, so that two people see each other before one of them acts. */
export class Presence {
  readonly #attending = new Map<string, Attending[]>()
  readonly #changed = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  come(topic: string, attendant: Attendant, id: string): void {
    this.#attending.set(topic, [...(this.#attending.get(topic) ?? []), { attendant, id }])
    this.#tellSoon(topic)
  }

  leave(topic: string, attendant: Attendant, id: string): void {
    const staying = (this.#attending.get(topic) ?? []).filter((one) => one.attendant !== attendant || one.id !== id)
    if (staying.length > 0) this.#attending.set(topic, staying)
    else this.#attending.delete(topic)
    this.#tellSoon(topic)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#attending.clear()
  }

  #tellSoon(topic: string): void {
    this.#changed.add(topic)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      for (const changed of this.#changed) this.#tell(changed)
      this.#changed.clear()
    }, TOLD_AFTER)
  }

  #tell(topic: string): void {
    const attending = this.#attending.get(topic) ?? []
    const users = [...new Set(attending.map(({ attendant }) => attendant.caller.username))].sort()
    for (const { attendant, id } of attending) attendant.tellPresence(id, topic, users)
  }
}
