import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { describeFile, hasChanged, readBytes } from './file.ts'

const TEXT = '{"kind":"heartbeat","time":"2026-01-05 00:00:00"}\n{"kind":"heartbeat","time":"2026-01-06 00:00:00"}\n'
/** TEXT as zstd 1.5 writes it, in one frame and in two. */
const ZSTD = 'KLUv/SRkxQEA4sIKEaDtMfT9bDCqHrT843BAkDMCB0zrH8wH+Tjlxep1LFo4ok0Rol1Wq8eaZQMAgBOq+iEvVwZ+/4Tt'
const ZSTD_FRAMES =
  'KLUv/QRokQEAeyJraW5kIjoiaGVhcnRiZWF0IiwidGltZSI6IjIwMjYtMDEtMDUgMDA6MDA6MDAifQoiTILSKLUv/QRokQEAeyJraW5kIjoiaGVhcnRiZWF0IiwidGltZSI6IjIwMjYtMDEtMDYgMDA6MDA6MDAifQpPbEGg'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fundwatch-file-'))
  file = join(folder, 'events')
})
afterEach(() => rmSync(folder, { recursive: true }))

async function read(content: string | Uint8Array): Promise<string> {
  writeFileSync(file, content)
  const pieces: Uint8Array[] = []
  for await (const piece of readBytes(file)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

test('A plain, a gzip and a zstd file are read alike, whatever they are called', async () => {
  expect(await read(TEXT)).toBe(TEXT)
  expect(await read(gzipSync(TEXT))).toBe(TEXT)
  expect(await read(Buffer.from(ZSTD, 'base64'))).toBe(TEXT)
})

test('Files that were compressed in parts and put together are read to their end', async () => {
  const [first, second] = [TEXT.slice(0, 40), TEXT.slice(40)]
  expect(await read(Buffer.concat([gzipSync(first), gzipSync(second)]))).toBe(TEXT)
  expect(await read(Buffer.from(ZSTD_FRAMES, 'base64'))).toBe(TEXT)
})

test('A pipe may bring the first bytes one by one', async () => {
  const slowly = async function* () {
    for (const byte of gzipSync(TEXT)) yield Uint8Array.of(byte)
  }
  const pieces: Uint8Array[] = []
  for await (const piece of readBytes('-', slowly())) pieces.push(piece)
  expect(Buffer.concat(pieces).toString()).toBe(TEXT)
})

test('An empty file has nothing', async () => {
  expect(await read('')).toBe('')
})

test('A compressed file that ends early is named', async () => {
  const damaged = { code: 'FILE_DAMAGED', message: expect.stringContaining(file) }
  await expect(read(gzipSync(TEXT).subarray(0, 40))).rejects.toMatchObject(damaged)
  await expect(read(Buffer.from(ZSTD, 'base64').subarray(0, 60))).rejects.toMatchObject(damaged)
})

test('A file that cannot be read is named, and so is a folder', () => {
  expect(() => describeFile(folder)).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }))
  expect(() => describeFile(join(folder, 'absent'))).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }))
})

test('A link and the file it points to are one source', () => {
  writeFileSync(file, TEXT)
  symlinkSync(file, join(folder, 'link'))
  expect(describeFile(join(folder, 'link')).path).toBe(describeFile(file).path)
})

test('A file that has only grown is the same; one that begins otherwise or lost its end is another', () => {
  writeFileSync(file, TEXT)
  const { fingerprint } = describeFile(file)
  writeFileSync(file, TEXT + TEXT)
  expect(hasChanged(file, fingerprint)).toBe(false)
  writeFileSync(file, TEXT.replace('05', '04') + TEXT)
  expect(hasChanged(file, fingerprint)).toBe(true)
  writeFileSync(file, TEXT.slice(0, -1))
  expect(hasChanged(file, fingerprint)).toBe(true)
})

test('Of a large file only the first MiB counts', () => {
  const megabyte = Buffer.alloc(1024 * 1024, 'a')
  writeFileSync(file, Buffer.concat([megabyte, Buffer.from('b')]))
  const { fingerprint } = describeFile(file)
  writeFileSync(file, Buffer.concat([megabyte, Buffer.from('c')]))
  expect(hasChanged(file, fingerprint)).toBe(false)
})
