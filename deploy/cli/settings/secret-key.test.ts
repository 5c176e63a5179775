import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeSecretKey, readSecretKey } from './secret-key.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fundwatch-secret-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('A secret is made once, for its owner only, and stays', () => {
  const path = join(directory, 'a.key')
  const key = readSecretKey(path)
  expect(key).toHaveLength(32)
  expect(readSecretKey(path)).toEqual(key)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(directory)).toEqual(['a.key'])
})

test('One that a crash left unfinished is made again, and a damaged one is no secret', () => {
  writeFileSync(join(directory, 'a.key.new'), 'half')
  expect(readSecretKey(join(directory, 'a.key'))).toHaveLength(32)
  writeFileSync(join(directory, 'b.key'), '')
  expect(() => readSecretKey(join(directory, 'b.key'))).toThrow(expect.objectContaining({ code: 'KEY_DAMAGED' }))
})

test('Of several dashboards that start together on one volume the first makes the secret, and the others take it', () => {
  const path = join(directory, 'access.key')
  makeSecretKey(path)
  const first = readSecretKey(path)
  makeSecretKey(path)
  expect(readSecretKey(path)).toEqual(first)
  expect(readdirSync(directory)).toEqual(['access.key'])
})
