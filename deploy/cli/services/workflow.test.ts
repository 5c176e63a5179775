import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { loadConfig } from '../settings/config.ts'
import { OPERATIONS } from '../work/operations.ts'
import { openPipeline, type Pipeline } from './pipeline.ts'
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

test('Whoever makes a token or a user before the first start is told the password of the administrator, once, even where he is refused', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fundwatch-access-'))
  const workflow = workflowOf(loadConfig({ 'data-dir': directory }, {}).values, directory)
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const create = (scope: string) =>
    OPERATIONS['token-create'].run({ workflow } as Pipeline, { role: 'ingest', scope: [scope] }, () => {})
  await expect(create('abc')).rejects.toMatchObject({ code: 'SCOPE_INVALID' })
  await expect(create('000000')).resolves.toMatchObject({ token: expect.any(String) })
  const lines = told.mock.calls.map(([text]) => String(text))
  told.mockRestore()
  expect(lines).toEqual([expect.stringMatching(/^Sign in as admin with \S+ \(shown once\)\n$/)])
  await workflow.close()
  await rm(directory, { recursive: true })
})
