import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync, realpathSync, statSync } from 'node:fs'
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
  if (!readable(path, () => statSync(path)).isFile())
    throw new FundwatchError('FILE_UNREADABLE', `Cannot read ${path}: it is no file. What comes through a pipe is read as -.`)
  const real = resolvePath(path)
  return { path: real, fingerprint: fingerprintOf(real, FINGERPRINT_BYTES) }
}

/** Whether a file that had this fingerprint begins otherwise now. One that has only grown has not changed. */
export function hasChanged(path: string, fingerprint: string): boolean {
  return fingerprintOf(resolvePath(path), Number.parseInt(fingerprint, 10)) !== fingerprint
}

function fingerprintOf(path: string, bytes: number): string {
  const head = readable(path, () => readHead(path, bytes))
  return `${head.length}:${createHash('sha256').update(head).digest('hex')}`
}

function readHead(path: string, bytes: number): Buffer {
  const head = Buffer.alloc(bytes)
  const file = openSync(path, 'r')
  try {
    return head.subarray(0, readSync(file, head, 0, bytes, 0))
  } finally {
    closeSync(file)
  }
}

function resolvePath(path: string): string {
  return readable(path, () => realpathSync(path))
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new FundwatchError('FILE_UNREADABLE', `Cannot read ${path}: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * The bytes of a file after decompression; gzip and zstd are told by their first bytes. `-` is standard input: that of this
 * process, unless another one has sent its own.
 * @param onRead hears of each piece of the file as it lies there, compressed or not
 * @throws FundwatchError FILE_DAMAGED where compressed data end early or make no sense
 */
export async function* readBytes(
  path: string,
  standardInput: AsyncIterable<Uint8Array> = process.stdin,
  onRead?: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const stored = path === '-' ? standardInput : createReadStream(path, { highWaterMark: 1 << 20 })
  const raw = onRead ? counted(stored, onRead) : stored
  const { head, all } = await withHead(raw, ZSTD.length)
  if (startsWith(head, GZIP)) yield* intact(gunzip(all), path)
  else if (startsWith(head, ZSTD)) yield* intact(unzstd(all), path)
  else yield* all
}

async function* counted(bytes: AsyncIterable<Uint8Array>, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    onRead(piece.length)
    yield piece
  }
}

/** The first bytes, at least so many where there are so many (a pipe may bring them one by one), and everything, those included. */
export async function withHead(
  bytes: AsyncIterable<Uint8Array>,
  least: number,
): Promise<{ head: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const pieces = bytes[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array(0)
  while (head.length < least) {
    const next = await pieces.next()
    if (next.done) break
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value])
  }
  return { head, all: prepend(head, pieces) }
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte)
}

/** A stream whose first piece was looked at, from its beginning. */
export async function* prepend(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
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
