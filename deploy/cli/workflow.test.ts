import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'
import { openPipeline } from './pipeline.ts'
import { workflowOf } from './workflow.ts'

test('Users of an earlier version are not dropped silently: the start says what to do with their file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fundwatch-access-'))
  await writeFile(join(directory, 'access.json'), '{"version":1,"users":[{"username":"admin"}]}')
  const workflow = workflowOf(loadConfig({}, {}).values, directory)
  await expect(workflow.access()).rejects.toMatchObject({ code: 'ACCESS_FILE_OLD', message: expect.stringContaining('user add') })
  expect(workflow.exists()).toBe(false)
  await rm(directory, { recursive: true })
})

test('A start that is broken off before it listens has made no administrator whose password nobody knows', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fundwatch-access-'))
  const config = loadConfig({ 'data-dir': directory }, {}).values
  const brokenOff = await openPipeline(config, undefined, true)
  await brokenOff.workflow.database()
  await brokenOff.close()
  const workflow = workflowOf(config, directory)
  expect(await workflow.access()).toMatchObject({ firstPassword: expect.any(String) })
  await workflow.close()
  await rm(directory, { recursive: true })
})
