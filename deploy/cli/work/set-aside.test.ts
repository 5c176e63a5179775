import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { settlement } from '../../../detectors/testing/events.ts'
import { replayFile } from '../../../pipeline/source/replay.ts'
import { openPipeline } from '../services/pipeline.ts'
import { loadConfig } from '../settings/config.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fundwatch-set-aside-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const config = () => ({ ...loadConfig({}, {}).values, data_dir: directory, decode_workers: 0, detectors: 'POL-01' })

test('Memory that is damaged is made anew from the record, and knows again what it has heard', async () => {
  const file = join(directory, 'one.ndjson')
  writeFileSync(file, JSON.stringify(settlement({})))
  const first = await openPipeline(config())
  await replayFile(file, first.engine, first.memory, { resume: false })
  await first.close()

  writeFileSync(join(directory, 'memory.lmdb'), Buffer.alloc(50_000, 9))
  const second = await openPipeline(config(), undefined, false, { rebuilds: true, warmsUp: false })
  expect(second.restored).toMatchObject([{ what: 'rebuilt', events: 1, disagreed: 0 }])
  expect(await replayFile(file, second.engine, second.memory, { resume: false })).toMatchObject({ accepted: 0, duplicates: 1 })
  await second.close()
  expect(readdirSync(directory).filter((name) => /^memory/.test(name))).toContain('memory.lmdb.set-aside')
})
