/** How many bytes may wait in a client's socket, and how many rows may be unacknowledged, before nothing more is sent. */
const BYTES_MAX = 1024 * 1024
const ROWS_MAX = 5_000

/** Whether a client keeps up: what it has not yet taken from its socket, and what it has not yet acknowledged. */
export class Pressure {
  readonly #unacked: { to: number; rows: number }[] = []
  #rows = 0
  // A client that never acknowledges is judged by its socket alone.
  #acknowledges = false
  #since: number | undefined

  sent(to: number, rows: number): void {
    if (!this.#acknowledges) return
    this.#unacked.push({ to, rows })
    this.#rows += rows
  }

  acked(seq: number): void {
    this.#acknowledges = true
    const taken = this.#unacked.findLastIndex(({ to }) => to <= seq) + 1
    for (const { rows } of this.#unacked.splice(0, taken)) this.#rows -= rows
  }

  /** Whether the socket can take a short message. */
  hasRoom(bufferedBytes: number): boolean {
    return bufferedBytes <= BYTES_MAX
  }

  /** Milliseconds for which the client has not kept up, at least 1; 0 while it does. */
  measure(bufferedBytes: number, nowMs: number): number {
    if (this.hasRoom(bufferedBytes) && this.#rows <= ROWS_MAX) {
      this.#since = undefined
      return 0
    }
    this.#since ??= nowMs
    return Math.max(1, nowMs - this.#since)
  }
}
