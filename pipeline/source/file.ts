import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync, realpathSync } from 'node:fs'
import { type Duplex, pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Decompress } from 'fzstd'
import { FundwatchError } from '../../schemas/errors.ts'

/** Bytes of a file that tell it from another one under the same path (contract, `--resume`). */
const FINGERPRINT_BYTES = 1024 * 1024
const GZIP = [0x1f, 0x8b]
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd]

/** A file of events. */
export interface EventFile {
  /** Real path: the name of the source. */
  readonly path: string
  /** How much of its beginning was looked at, and the SHA-256 of that. */
  readonly fingerprint: string
}

/** Looks at a file without reading it through. */
export function describeFile(path: string): EventFile {
  const real = resolvePath(path)
  return { path: real, fingerprint: fingerprintOf(real, FINGERPRINT_BYTES) }
}

/** Whether a file that had this fingerprint begins otherwise now. One that has only grown has not changed. */
export function hasChanged(path: string, fingerprint: string): boolean {
  return fingerprintOf(resolvePath(path), Number.parseInt(fingerprint, 10)) !== fingerprint
}

function fingerprintOf(path: string, bytes: number): string {
  const head = Buffer.alloc(bytes)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, head, 0, bytes, 0)
    return `${length}:${createHash('sha256').update(head.subarray(0, length)).digest('hex')}`
  } finally {
    closeSync(file)
  }
}

function resolvePath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    throw new FundwatchError('FILE_UNREADABLE', `Cannot read ${path}: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * The bytes of a file after decompression; gzip and zstd are told by their first bytes. `-` is standard input.
 * @throws FundwatchError FILE_DAMAGED where compressed data end early or make no sense
 */
export async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  const raw = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1 << 20 })
  const pieces = raw[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const first = await pieces.next()
  if (first.done) return
  const all = prepend(first.value, pieces)
  if (startsWith(first.value, GZIP)) yield* intact(gunzip(all), path)
  else if (startsWith(first.value, ZSTD)) yield* intact(unzstd(all), path)
  else yield* all
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte)
}

/** A stream whose first piece was looked at, from its beginning. */
export async function* prepend(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  for (;;) {
    const next = await rest.next()
    if (next.done) return
    yield next.value
  }
}

async function* intact(bytes: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const pieces = bytes[Symbol.asyncIterator]()
  for (;;) {
    const next = await pieces.next().catch((error: Error) => {
      throw new FundwatchError('FILE_DAMAGED', `${path} cannot be decompressed: ${error.message}`, { cause: error })
    })
    if (next.done) return
    yield next.value
  }
}

function gunzip(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return through(bytes, createGunzip({ chunkSize: 1 << 20 }))
}

/** What a transform makes of a stream. An error of either ends the reading; who stops reading ends both. */
export function through<T>(bytes: AsyncIterable<Uint8Array>, transform: Duplex): AsyncIterable<T> {
  // The reader of the transform hears of every error: the callback has nothing to add.
  pipeline(Readable.from(bytes, { objectMode: false }), transform, () => {})
  return transform
}

async function* unzstd(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = []
  const decompress = new Decompress((piece) => ready.push(piece))
  for await (const piece of bytes) {
    decompress.push(piece)
    yield* ready
    ready = []
  }
  decompress.push(new Uint8Array(0), true)
  yield* ready
}
