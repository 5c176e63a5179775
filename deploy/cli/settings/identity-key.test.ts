import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { settlement } from '../../../detectors/testing/events.ts'
import { replayFile } from '../../../pipeline/source/replay.ts'
import { openStore } from '../../../pipeline/store/store.ts'
import { startClickHouse } from '../../../pipeline/testing/clickhouse-server.ts'
import { openPipeline } from '../services/pipeline.ts'
import { type Config, loadConfig } from './config.ts'
import { identityKeyOf } from './identity-key.ts'

let parent: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'fundwatch-key-'))
  writeFileSync(join(parent, 'person.ndjson'), JSON.stringify(settlement({ certno: '990102194912310028' })))
})
afterEach(() => rm(parent, { recursive: true }))

const configOf = (directory: string, more: Partial<Config> = {}): Config => ({
  ...loadConfig({}, {}).values,
  ...{ data_dir: directory, decode_workers: 0, detectors: 'POL-01', ...more },
})

/** The person's settlement comes: whether it is known already. */
async function hears(config: Config, restoring = { rebuilds: false, warmsUp: false }) {
  const pipeline = await openPipeline(config, undefined, false, restoring)
  try {
    const file = join(parent, 'person.ndjson')
    const { accepted, duplicates } = await replayFile(file, pipeline.engine, pipeline.memory, { resume: false })
    return { accepted, duplicates }
  } finally {
    await pipeline.close()
  }
}

test('A data directory that has lost its key is refused until the saved key is back, and nobody makes another one meanwhile', async () => {
  const directory = join(parent, 'data')
  const path = join(directory, 'identity.key')
  expect(await hears(configOf(directory))).toEqual({ accepted: 1, duplicates: 0 })
  const saved = readFileSync(path)

  rmSync(path)
  await expect(hears(configOf(directory))).rejects.toMatchObject({ code: 'IDENTITY_KEY_MISSING' })
  expect(existsSync(path)).toBe(false)

  writeFileSync(path, Buffer.alloc(32, 1))
  await expect(hears(configOf(directory))).rejects.toMatchObject({ code: 'IDENTITY_KEY_DIFFERS' })

  writeFileSync(path, saved)
  expect(await hears(configOf(directory))).toEqual({ accepted: 0, duplicates: 1 })
})

test('Where nothing was written yet a key that is lost is made anew, and from then on that one is needed', async () => {
  const directory = join(parent, 'data')
  const path = join(directory, 'identity.key')
  await (await openPipeline(configOf(directory))).close()
  rmSync(path)
  expect(await hears(configOf(directory))).toEqual({ accepted: 1, duplicates: 0 })
  expect(await hears(configOf(directory))).toEqual({ accepted: 0, duplicates: 1 })
})

test('A store whose data directory is lost knows the key, too', async () => {
  const clickhouse = await startClickHouse()
  const rebuilding = { rebuilds: true, warmsUp: false }
  try {
    const [lost, made] = [join(parent, 'lost'), join(parent, 'made')].map((each) =>
      configOf(each, { clickhouse_url: clickhouse.url }),
    )
    await hears(lost!)
    const saved = readFileSync(join(lost!.data_dir, 'identity.key'))
    rmSync(lost!.data_dir, { recursive: true })

    await expect(hears(made!, rebuilding)).rejects.toMatchObject({ code: 'IDENTITY_KEY_MISSING' })
    writeFileSync(join(made!.data_dir, 'identity.key'), Buffer.alloc(32, 1))
    await expect(hears(made!, rebuilding)).rejects.toMatchObject({ code: 'IDENTITY_KEY_DIFFERS' })
    writeFileSync(join(made!.data_dir, 'identity.key'), saved)
    expect(await hears(made!, rebuilding)).toEqual({ accepted: 0, duplicates: 1 })
  } finally {
    await clickhouse.stop()
  }
})

test('A store of a release that noted no key learns the one that is there', async () => {
  const store = openStore({ dataDir: join(parent, 'store') })
  try {
    const [one, other] = [join(parent, 'one'), join(parent, 'other')]
    for (const [fill, directory] of [one, other].entries()) {
      mkdirSync(directory)
      writeFileSync(join(directory, 'identity.key'), Buffer.alloc(32, fill))
    }
    await store.migrate()
    expect(await identityKeyOf(one, store, true)).toEqual(Buffer.alloc(32, 0))
    expect(await identityKeyOf(one, store, true)).toEqual(Buffer.alloc(32, 0))
    await expect(identityKeyOf(other, store, true)).rejects.toMatchObject({ code: 'IDENTITY_KEY_DIFFERS' })
  } finally {
    await store.close()
  }
})
