import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from './store.ts'

let dataDir: string
let holder: ChildProcess
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'fundwatch-store-'))
  const script = `const { Session } = require(${JSON.stringify(createRequire(import.meta.url).resolve('chdb'))})
    new Session(${JSON.stringify(join(dataDir, 'clickhouse'))}); console.log('open'); setInterval(() => {}, 1000)`
  holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout!, 'data')
})
afterEach(async () => {
  holder.kill('SIGKILL')
  await rm(dataDir, { recursive: true })
})

test('A directory that another process has open is refused; once that process is killed, it opens', async () => {
  expect(() => openStore({ dataDir })).toThrow(expect.objectContaining({ code: 'STORE_IN_USE' }))
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const store = openStore({ dataDir })
  expect((await store.migrate()).from).toBe(0)
  await store.close()
})

test('A process whose memory is damaged or exhausted ends at once, and not after minutes', async () => {
  const built = new URL('../../dist/pipeline/store/store.js', import.meta.url).href
  const script = `import { openStore } from ${JSON.stringify(built)}
    const store = openStore({ dataDir: ${JSON.stringify(join(dataDir, 'another'))} })
    await store.migrate(); console.log('open'); setInterval(() => {}, 1000)`
  for (const signal of ['SIGABRT', 'SIGBUS', 'SIGSEGV'] as const) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
    await once(child.stdout!, 'data')
    child.kill(signal)
    expect(await once(child, 'exit', { signal: AbortSignal.timeout(60_000) })).toEqual([null, signal])
  }
})
