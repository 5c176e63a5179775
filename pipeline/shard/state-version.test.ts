import { expect, test } from 'vitest'
import { InMemory } from '../memory/in-memory.ts'
import { checkStateVersion, STATE_SCHEMA_VERSION } from './state-version.ts'

async function memoryOf(version: number | undefined): Promise<InMemory> {
  const memory = new InMemory()
  if (version !== undefined) await memory.commit([['m|version', Buffer.from(String(version))]])
  return memory
}

test.each([undefined, STATE_SCHEMA_VERSION - 1, STATE_SCHEMA_VERSION])(
  'Memory of version %s is read, and is of this one then',
  async (version) => {
    const memory = await memoryOf(version)
    await checkStateVersion(memory)
    expect(Buffer.from(memory.get('m|version')!).toString()).toBe(String(STATE_SCHEMA_VERSION))
  },
)

test.each([STATE_SCHEMA_VERSION - 2, STATE_SCHEMA_VERSION + 1])(
  'Memory of version %s is refused and stays as it is',
  async (version) => {
    const memory = await memoryOf(version)
    await expect(checkStateVersion(memory)).rejects.toMatchObject({ code: 'STATE_VERSION' })
    expect(Buffer.from(memory.get('m|version')!).toString()).toBe(String(version))
  },
)
