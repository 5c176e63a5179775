import { Worker } from 'node:worker_threads'
import { FundwatchError } from '../../schemas/errors.ts'
import { type Chunk, createDecode, type Decoded, type DecodeOptions } from '../decode/decode.ts'

/** Turns chunks into events and columns; several chunks may be under way at once. */
export interface Decoder {
  decode(chunk: Chunk): Promise<Decoded>
  /** The chunk is stored and nobody reads what was made of it any more: its memory may be used again. */
  giveBack(decoded: Decoded): void
  close(): Promise<void>
}

export type ToWorker = { readonly serial: number; readonly chunk: Chunk } | { readonly spare: readonly ArrayBuffer[] }
export interface FromWorker {
  readonly serial: number
  readonly decoded: Decoded
}

/** The memory that goes with a decoded chunk from thread to thread. */
export function memoryOfDecoded({ packed, tables }: Decoded): ArrayBuffer[] {
  return [packed.numbers.buffer as ArrayBuffer, packed.texts.bytes.buffer as ArrayBuffer, ...tables.transfer]
}

/** Decodes on the calling thread: for tests, and for the small batches of a live source. */
export function inlineDecoder(key: Uint8Array, options?: DecodeOptions): Decoder {
  const decode = createDecode(key, options)
  return { decode: async (chunk) => decode(chunk), giveBack: () => {}, close: async () => {} }
}

/** Chunks smaller than this cost more to send to a worker than to decode here. */
const WORTH_SENDING = 256 * 1024

/** MiB. What a chunk makes must fit, or the collector copies it about before it dies. */
const YOUNG_GENERATION = 96

interface Waiting {
  resolve(decoded: Decoded): void
  reject(error: Error): void
}

/** Decodes large chunks on worker threads, in turn, and small ones here. */
export class WorkerDecoder implements Decoder {
  readonly #inline: Decoder
  readonly #workers: Worker[]
  readonly #waiting: Map<number, Waiting>[]
  /** Who decoded what, so that memory goes back to the thread that it came from. */
  readonly #decodedBy = new WeakMap<Decoded, Worker>()
  #next = 0
  #serial = 0

  constructor(key: Uint8Array, workers: number, options: DecodeOptions = {}) {
    this.#inline = inlineDecoder(key, options)
    const file = new URL(import.meta.url.endsWith('.ts') ? './decode-worker.ts' : './decode-worker.js', import.meta.url)
    this.#workers = Array.from(
      { length: workers },
      () => new Worker(file, { workerData: { key, options }, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION } }),
    )
    this.#waiting = this.#workers.map((worker) => listen(worker, this.#decodedBy))
  }

  decode(chunk: Chunk): Promise<Decoded> {
    if (chunk.bytes.byteLength < WORTH_SENDING || this.#workers.length === 0) return this.#inline.decode(chunk)
    const turn = this.#next++ % this.#workers.length
    const serial = this.#serial++
    return new Promise((resolve, reject) => {
      this.#waiting[turn]!.set(serial, { resolve, reject })
      this.#workers[turn]!.postMessage({ serial, chunk } satisfies ToWorker)
    })
  }

  giveBack(decoded: Decoded): void {
    const worker = this.#decodedBy.get(decoded)
    if (!worker) return
    const spare = memoryOfDecoded(decoded)
    worker.postMessage({ spare } satisfies ToWorker, spare)
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}

function listen(worker: Worker, decodedBy: WeakMap<Decoded, Worker>): Map<number, Waiting> {
  const waiting = new Map<number, Waiting>()
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(new FundwatchError('DECODER_FAILED', error.message, { cause: error }))
    waiting.clear()
  }
  worker.on('message', ({ serial, decoded }: FromWorker) => {
    decodedBy.set(decoded, worker)
    waiting.get(serial)?.resolve(decoded)
    waiting.delete(serial)
  })
  worker.on('error', failAll)
  worker.on('exit', (code) => failAll(new Error(`The decode worker ended with code ${code}.`)))
  return waiting
}
