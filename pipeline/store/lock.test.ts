import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { refuseWhereHeld, signHolder } from './lock.ts'

let dataDir: string
let file: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'fundwatch-lock-'))
  file = join(dataDir, 'store.lock')
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const rewrite = (change: object) => writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }))

test('A free directory is not refused, nor one that this process holds, nor one given back', () => {
  refuseWhereHeld(dataDir)
  const release = signHolder(dataDir)
  refuseWhereHeld(dataDir)
  release()
  refuseWhereHeld(dataDir)
})

test.runIf(process.platform === 'linux')('A directory that another living process holds is refused, with its number', () => {
  signHolder(dataDir)
  const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  rewrite({ pid: process.ppid, started })
  expect(() => refuseWhereHeld(dataDir)).toThrow(
    expect.objectContaining({ code: 'STORE_IN_USE', message: expect.stringContaining(`process ${process.ppid}`) }),
  )
})

test('The lock of a dead process is taken over, also where its number is in use again', () => {
  signHolder(dataDir)
  rewrite({ pid: process.ppid, started: 'before' })
  refuseWhereHeld(dataDir)
  rewrite({ pid: 2 ** 22 + 1 })
  refuseWhereHeld(dataDir)
})

test('A lock that cannot be read is taken over', () => {
  writeFileSync(file, '{')
  refuseWhereHeld(dataDir)
})
