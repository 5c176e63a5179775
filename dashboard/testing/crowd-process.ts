import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { AlertFilter } from '../../schemas/wire.ts'
import type { Order, Told } from './crowd-clients.ts'

/** Many clients of the socket in a process of their own. */
export class CrowdProcess {
  readonly #child: ChildProcess = fork(new URL('./crowd-process.js', import.meta.url))

  /** Lets in one client per bearer; `paused` ones take nothing from then on. */
  async come(host: string, bearers: readonly object[], filter: AlertFilter, paused = false): Promise<void> {
    await this.#order('come', { host, bearers, filter, paused })
  }

  async resume(): Promise<void> {
    await this.#order('resume')
  }

  async leave(): Promise<void> {
    await this.#order('leave')
  }

  tell(): Promise<Told> {
    return this.#order('tell') as Promise<Told>
  }

  end(): void {
    this.#child.kill()
  }

  async #order(order: Order, details: object = {}): Promise<unknown> {
    const answered = once(this.#child, 'message')
    this.#child.send({ order, ...details })
    const [{ answer, failure }] = (await answered) as [{ answer?: unknown; failure?: string }]
    if (failure !== undefined) throw new Error(failure)
    return answer
  }
}
