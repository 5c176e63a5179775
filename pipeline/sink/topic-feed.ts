import type { Outgoing } from './kafka-producer.ts'

/** One page of a log in the store, as messages, and the place after it. */
export interface Page<P> {
  readonly messages: readonly Outgoing[]
  readonly end: P
}

export interface TopicFeedOptions<P> {
  /** What follows a place in the store's log; `undefined` is its beginning. Answers nothing where nothing follows. */
  readonly after: (place: P | undefined) => Promise<Page<P> | undefined>
  /** The place of the last message that the topic holds: there is no second book to keep. */
  readonly lastPublished: () => Promise<P | undefined>
  readonly send: (messages: readonly Outgoing[]) => Promise<void>
  readonly onTrouble: (error: Error) => void
}

/** How long to wait before a broker that failed is asked again, milliseconds; doubled each time. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 30_000

/**
 * Carries a log of the store to a topic, in order, whatever happens meanwhile: it goes on after the last message that the
 * topic holds. A broker that is away delays the topic and nothing else, for the store is the record.
 */
export class TopicFeed<P> {
  readonly #options: TopicFeedOptions<P>
  #place: P | undefined
  #known = false
  #running: Promise<void> | undefined
  #again = false
  #stopped = false
  #endPause: (() => void) | undefined

  constructor(options: TopicFeedOptions<P>) {
    this.#options = options
  }

  /** There may be something new. */
  wake(): void {
    this.#again = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#again && !this.#stopped) this.wake()
    })
  }

  /** Resolves when everything that the store held is with the topic. */
  async drain(): Promise<void> {
    this.wake()
    while (this.#running) await this.#running
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#endPause?.()
    await this.#running
  }

  async #run(): Promise<void> {
    let pause = FIRST_PAUSE
    while (this.#again && !this.#stopped) {
      this.#again = false
      try {
        await this.#carry()
        pause = FIRST_PAUSE
      } catch (error) {
        this.#options.onTrouble(error as Error)
        // Part of a page may have arrived: the topic knows.
        this.#known = false
        this.#again = true
        await this.#rest(pause)
        pause = Math.min(2 * pause, LONGEST_PAUSE)
      }
    }
  }

  async #carry(): Promise<void> {
    const { after, lastPublished, send } = this.#options
    if (!this.#known) this.#place = await lastPublished()
    this.#known = true
    for (let page = await after(this.#place); page && !this.#stopped; page = await after(this.#place)) {
      await send(page.messages)
      this.#place = page.end
    }
  }

  async #rest(milliseconds: number): Promise<void> {
    await new Promise<void>((done) => {
      const timer = setTimeout(done, milliseconds)
      this.#endPause = () => {
        clearTimeout(timer)
        done()
      }
    })
  }
}
