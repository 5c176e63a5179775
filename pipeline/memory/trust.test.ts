import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Durability } from '../durability.ts'
import { Lmdb } from './lmdb.ts'
import { OpenMark } from './open-mark.ts'
import { DEATHS, setAsideUntrusted } from './trust.ts'

let directory: string
let memory: string
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'fundwatch-trust-'))
  memory = join(directory, 'memory.lmdb')
  const lmdb = new Lmdb(memory)
  await lmdb.commit([['c|one', Buffer.from('1')]])
  await lmdb.close()
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Somebody opens it; who never removes the mark has died. */
function open(durability: Durability = 'process', isBlamedForDeaths = true) {
  const mark = OpenMark.set(memory, durability)
  const aside = setAsideUntrusted(memory, mark, isBlamedForDeaths)
  return { mark, aside: aside && `${aside.code}: ${aside.message}`, isThere: existsSync(memory) }
}

function reboot(): void {
  const file = `${memory}.open`
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), boot: 'another' }))
}

test('Memory that was closed, that was never there, and that is empty stays as it is', () => {
  open().mark.remove()
  const second = open()
  expect(second).toMatchObject({ aside: undefined, isThere: true })
  second.mark.remove()
  expect(existsSync(`${memory}.open`)).toBe(false)
  rmSync(memory)
  expect(open().aside).toBeUndefined()
  writeFileSync(memory, '')
  expect(open()).toMatchObject({ aside: undefined, isThere: true })
})

test('A file that lmdb would die of is set aside, with what was set aside before it', () => {
  for (const bytes of [Buffer.alloc(100_000, 7), Buffer.from('no memory')]) {
    writeFileSync(memory, bytes)
    const { aside, isThere, mark } = open()
    expect(isThere).toBe(false)
    expect(aside).toMatch(/^MEMORY_SET_ASIDE: .*it is damaged/)
    expect(readFileSync(`${memory}.set-aside`)).toEqual(bytes)
    mark.remove()
  }
})

test('A file that ends before its last page is set aside', async () => {
  const lmdb = new Lmdb(memory)
  await lmdb.commit(Array.from({ length: 10_000 }, (_, i) => [`c|${i}`, Buffer.alloc(1_000)] as const))
  await lmdb.close()
  const whole = open()
  expect(whole.aside).toBeUndefined()
  whole.mark.remove()
  truncateSync(memory, statSync(memory).size / 2)
  expect(open().aside).toMatch(/^MEMORY_SET_ASIDE: .*it is damaged/)
})

test('After a power cut memory is set aside that was open and may not have reached the disk', () => {
  open()
  reboot()
  expect(open().aside).toMatch(/^MEMORY_SET_ASIDE: .*the machine went down/)
})

test('After a power cut memory stays that was closed, or that is always written through to the disk', () => {
  open('power')
  reboot()
  const second = open('power')
  expect(second.aside).toBeUndefined()
  second.mark.remove()
  const third = open('process')
  expect(third.aside).toBeUndefined()
})

test('A mark that a power cut has cut off counts as one', () => {
  open()
  writeFileSync(`${memory}.open`, '{"boot":')
  expect(open().aside).toMatch(/the machine went down/)
})

test('Where the disk is full the mark of before stays whole, and the error has a name', () => {
  const { mark } = open()
  // Stands for a disk on which nothing can be begun.
  mkdirSync(`${memory}.open.new`)
  expect(() => mark.prove()).toThrow(expect.objectContaining({ code: 'MEMORY_UNWRITABLE' }))
  expect(() => open()).toThrow(expect.objectContaining({ code: 'MEMORY_UNWRITABLE' }))
  rmdirSync(`${memory}.open.new`)
  expect(open()).toMatchObject({ aside: undefined, mark: { deaths: 1, isTorn: false } })
})

test(`After ${DEATHS} deaths in a row, none of which has kept anything, memory is blamed; and after as many again`, () => {
  for (let deaths = 0; deaths < DEATHS; deaths++) expect(open().aside).toBeUndefined()
  expect(open()).toMatchObject({ aside: expect.stringContaining(`${DEATHS} processes died`), mark: { deaths: DEATHS } })
  for (let deaths = 1; deaths < DEATHS; deaths++) open()
  writeFileSync(memory, readFileSync(`${memory}.set-aside`))
  expect(open()).toMatchObject({ aside: expect.stringContaining(`${2 * DEATHS} processes`), mark: { deaths: 2 * DEATHS } })
})

test('Who has kept something has not died of it', () => {
  for (let deaths = 0; deaths < DEATHS; deaths++) open()
  open().mark.prove()
  expect(open()).toMatchObject({ mark: { deaths: 0 } })
})

test('Where nobody starts processes again, their deaths are not counted against memory', () => {
  for (let deaths = 0; deaths <= DEATHS; deaths++) expect(open('process', false).aside).toBeUndefined()
})
