import { createHash } from 'node:crypto'
import { closeSync, createReadStream, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { Readable } from 'node:stream'
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
  /** SHA-256 of the first MiB. */
  readonly fingerprint: string
  readonly size: number
}

/** Looks at a file without reading it through. */
export function describeFile(path: string): EventFile {
  const real = resolvePath(path)
  const head = Buffer.alloc(FINGERPRINT_BYTES)
  const file = openSync(real, 'r')
  try {
    const length = readSync(file, head, 0, FINGERPRINT_BYTES, 0)
    const fingerprint = createHash('sha256').update(head.subarray(0, length)).digest('hex')
    return { path: real, fingerprint, size: fstatSync(file).size }
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

/** The bytes of a file after decompression; gzip and zstd are told by their first bytes. `-` is standard input. */
export async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  const raw = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1 << 20 })
  const iterator = raw[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const first = await iterator.next()
  if (first.done) return
  const rest = prepend(first.value, iterator)
  if (startsWith(first.value, GZIP)) yield* gunzip(rest)
  else if (startsWith(first.value, ZSTD)) yield* unzstd(rest)
  else yield* rest
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte)
}

async function* prepend(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Uint8Array> {
  yield first
  for (;;) {
    const next = await rest.next()
    if (next.done) return
    yield next.value
  }
}

async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // `compose` and not `pipe`: a damaged file must end the reading with its error.
  yield* Readable.from(bytes, { objectMode: false }).compose(createGunzip({ chunkSize: 1 << 20 }))
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
