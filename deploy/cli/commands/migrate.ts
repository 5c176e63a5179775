import { resolve } from 'node:path'
import type { Command } from '../command.ts'
import { loadConfig } from '../config.ts'
import { print, printJson } from '../output.ts'
import { openPipeline } from '../pipeline.ts'

export const migrate: Command = {
  usage: '[--data-dir DIR]',
  summary: 'Brings the store to the schema of this program. Every other command does so too when it opens the store.',
  flags: {},
  async run({ flags, json }) {
    const { values } = loadConfig(flags)
    const pipeline = await openPipeline(values)
    await pipeline.close()
    const where = values.clickhouse_url || resolve(values.data_dir)
    if (json) printJson({ migrated: where })
    else print(`The store at ${where} is up to date.`)
    return 0
  },
}
