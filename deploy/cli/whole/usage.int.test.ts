import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { settlement } from '../../../detectors/testing/events.ts'
import { BIN, fundwatch, fundwatchJson } from '../../testing/cli.ts'
import { ServerProcess } from '../../testing/server-process.ts'

const run = promisify(execFile)
let dir: string
let file: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fundwatch-usage-'))
  file = join(dir, 'events.ndjson')
  await writeFile(file, ['S1', 'S2'].map((setl_id) => `${JSON.stringify(settlement({ setl_id }))}\n`).join(''))
})
afterAll(() => rm(dir, { recursive: true }))

test('A flag with a value that makes no sense is wrong usage, said in one line', async () => {
  const data = ['--data-dir', join(dir, 'none')]
  const wrong = [
    ['replay', file, '--rate', 'fast'],
    ['replay', file, '--rate=-5'],
    ['replay', file, '--now', 'yesterday'],
    ['replay', file, '--explain', '0', '--out', join(dir, 'out')],
    ['replay', '-', '--explain', '0'],
    ['start', '--port', '99999'],
    ['simulate', '--settlements', 'many', '--out', join(dir, 'out')],
    ['simulate', '--settlements', '1.5', '--out', join(dir, 'out')],
    ['deadletters', 'list', '--limit', '0'],
  ]
  for (const args of wrong) {
    const { code, stderr } = await fundwatch(...args, ...data)
    expect([args.join(' '), code]).toEqual([args.join(' '), 2])
    expect(stderr.trim().split('\n')).toHaveLength(1)
  }
})

test('The release and the help are told as people ask for them', async () => {
  expect((await fundwatch('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  const { stdout: overview } = await fundwatch('-h')
  expect(overview).toContain('fundwatch COMMAND --help tells more.')
  const helps = await Promise.all(
    [
      ['help', 'replay'],
      ['replay', '-h'],
      ['replay', '--help'],
    ].map((args) => fundwatch(...args)),
  )
  expect(new Set(helps.map(({ stdout, code }) => `${code} ${stdout}`)).size).toBe(1)
})

test('What the system refuses is said in one line, and to machines as an error', async () => {
  const absent = join(dir, 'absent')
  const data = ['--data-dir', join(dir, 'none')]
  const refused = [
    ['replay', dir],
    ['replay', file, '--detectors', 'POL-99'],
    ['replay', file, '--shadow', 'POL-O1'],
    ['screen', absent],
    ['start', '--source', absent, '--port', '0'],
    ['start', '--source', 'kafka', '--port', '0'],
    ['evaluate', '--alerts', absent, '--truth', absent],
    ['simulate', '--settlements', '1', '--clean', '--out', join(absent, 'out')],
  ]
  for (const args of refused) {
    const { code, stdout, stderr } = await fundwatch(...args, ...data, '--json')
    expect([args.join(' '), code]).toEqual([args.join(' '), 1])
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(JSON.parse(stdout)).toEqual({ error: { code: expect.any(String), message: expect.any(String) } })
  }
})

test('A long answer is written to its end, however slowly it is read', async () => {
  const { stdout } = await run('sh', ['-c', '"$1" detectors list --json | (sleep 2; cat)', 'sh', BIN], { maxBuffer: 1 << 26 })
  expect(stdout.length).toBeGreaterThan(65_536)
  expect(JSON.parse(stdout)).toHaveLength(87)
})

test('A data directory that is not there is not found in order, and is not made', async () => {
  const absent = join(dir, 'mistyped')
  for (const args of [['verify'], ['ledger'], ['deadletters', 'list'], ['report', '--out', dir]]) {
    const { code, stderr } = await fundwatch(...args, '--data-dir', absent)
    expect([args[0], code, stderr]).toEqual([args[0], 1, `fundwatch: DIRECTORY_UNKNOWN: There is no data directory ${absent}.\n`])
  }
  expect(existsSync(absent)).toBe(false)
})

test('Nothing is begun where the address is taken: the first password is told at the start that succeeds', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const data = join(dir, 'taken')
  const { port } = other.address() as AddressInfo
  const { code, stderr } = await fundwatch('start', '--source', 'none', '--data-dir', data, '--port', String(port))
  expect(code).toBe(1)
  // What is no terminal gets the log of a service: rows.
  expect(JSON.parse(stderr)).toMatchObject({ level: 50, code: 'ADDRESS_UNAVAILABLE', msg: expect.any(String) })
  await expect(readFile(join(data, 'access.key'))).rejects.toMatchObject({ code: 'ENOENT' })
  other.close()
})

test('A long replay answers other commands meanwhile, and only a second one has to wait', async () => {
  const data = join(dir, 'replayed')
  // It lasts as long as its pipe is open.
  const replaying = spawn(BIN, ['replay', '-', '--json', '--data-dir', data], { stdio: ['pipe', 'pipe', 'inherit'] })
  const summary = text(replaying.stdout)
  replaying.stdin.write(await readFile(file))
  while (!existsSync(join(data, 'control.sock'))) await sleep(50)
  const verified = await fundwatch('verify', '--data-dir', data, '--json')
  expect(verified).toMatchObject({ code: 0, stderr: expect.stringContaining('the running process did the work') })
  expect(await fundwatch('deadletters', 'list', '--data-dir', data)).toMatchObject({ code: 0 })
  const second = await fundwatch('replay', file, '--data-dir', data)
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('STORE_IN_USE: Another replay is running') })
  const piped = await run('sh', ['-c', '"$1" replay - --json --data-dir "$2" < "$3" || true', 'sh', BIN, data, file])
  expect(JSON.parse(piped.stdout)).toMatchObject({ error: { code: 'STORE_IN_USE' } })
  replaying.stdin.end()
  expect(JSON.parse(await summary)).toMatchObject({ events: 2, accepted: 2 })
  expect(existsSync(join(data, 'control.sock'))).toBe(false)
  expect(await fundwatchJson('replay', file, '--data-dir', data)).toMatchObject({ events: 2, duplicates: 2 })
}, 60_000)

test('A running process does the work of others: with their files, and with what comes through their pipes', async () => {
  const data = join(dir, 'served')
  const server = await ServerProcess.start(data, 'none')
  try {
    const at = { cwd: dir }
    const relative = await run(
      BIN,
      ['replay', 'events.ndjson', '--rate', 'max', '--out', 'alerts', '--json', '--data-dir', data],
      at,
    )
    expect(JSON.parse(relative.stdout)).toMatchObject({ events: 2, accepted: 2 })
    expect(relative.stderr).toContain('running process')
    await readFile(join(dir, 'alerts'))

    const third = `${JSON.stringify(settlement({ setl_id: 'S3' }))}\n`
    const pipe = '(cat "$1"; printf %s "$2") | "$3" replay - --json --data-dir "$4"'
    const piped = await run('sh', ['-c', pipe, 'sh', file, third, BIN, data])
    expect(JSON.parse(piped.stdout)).toMatchObject({ events: 3, accepted: 1, duplicates: 2 })

    expect(await fundwatchJson('migrate', '--data-dir', data)).toEqual({ migrated: data })
    const own = await fundwatch('replay', file, '--detectors', 'POL-01', '--data-dir', data)
    expect(own).toMatchObject({ code: 1, stderr: expect.stringContaining('SETTINGS_FIXED') })
    expect(await fundwatchJson('verify', '--data-dir', data)).toMatchObject({ ok: true })
  } finally {
    await server.kill()
  }
})

test('A data directory may lie so deep that its socket has no address of its own', async () => {
  const data = join(dir, 'deep'.repeat(30), 'data')
  const server = await ServerProcess.start(data, 'none')
  try {
    const asked = await fundwatch('replay', file, '--json', '--data-dir', data)
    expect(asked.stderr).toContain('running process')
    expect(JSON.parse(asked.stdout)).toMatchObject({ accepted: 2 })
    expect((await stat(join(data, 'control.sock'))).mode & 0o777).toBe(0o600)
  } finally {
    await server.kill('SIGTERM')
  }
  expect(await fundwatchJson('verify', '--data-dir', data)).toMatchObject({ ok: true })
})
