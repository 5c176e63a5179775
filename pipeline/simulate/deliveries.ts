/** An event line, or what makes it at the moment when it arrives. */
type Parcel = string | (() => string)

/** Events on their way, handed out in the order in which they arrive; those of one second in the order in which they were sent. */
export class Deliveries {
  private readonly heap: { arrival: number; order: number; parcel: Parcel }[] = []
  private sent = 0
  /** When the last of what has been received arrived, in seconds of the calendar. */
  latest = 0

  send(arrival: number, parcel: Parcel): void {
    const { heap } = this
    const entry = { arrival, order: this.sent++, parcel }
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!earlier(entry, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = entry
  }

  /** The next line that has arrived by `until` (seconds of the calendar). */
  receive(until: number): string | undefined {
    const first = this.heap[0]
    if (first === undefined || first.arrival > until) return undefined
    this.removeFirst()
    this.latest = first.arrival
    return typeof first.parcel === 'string' ? first.parcel : first.parcel()
  }

  private removeFirst(): void {
    const { heap } = this
    const last = heap.pop()!
    const size = heap.length
    if (size === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= size) break
      if (child + 1 < size && earlier(heap[child + 1]!, heap[child]!)) child++
      if (!earlier(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

function earlier(a: { arrival: number; order: number }, b: { arrival: number; order: number }): boolean {
  return a.arrival < b.arrival || (a.arrival === b.arrival && a.order < b.order)
}
