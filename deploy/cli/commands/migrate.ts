import { resolve } from 'node:path'
import { clusterDdl } from '../../clickhouse/cluster.ts'
import { perform } from '../claim/control.ts'
import type { Command } from '../command.ts'
import { print, printJson } from '../output.ts'
import { loadConfig, withoutPassword } from '../settings/config.ts'

export const migrate: Command = {
  usage: '[--data-dir DIR] [--cluster-sql NAME]',
  summary: 'Brings the store to the schema of this program. Every other command does so too when it opens the store.',
  flags: {
    'cluster-sql': { type: 'string', value: 'NAME', help: 'print the DDL of a replicated cluster of this name instead' },
  },
  async run({ flags, json }) {
    const cluster = flags['cluster-sql'] as string | undefined
    if (cluster) {
      for (const statement of clusterDdl(cluster)) print(`${statement};\n`)
      return 0
    }
    const { values } = loadConfig(flags)
    await perform(values, 'migrate', {})
    const where = String(withoutPassword(values.clickhouse_url)) || resolve(values.data_dir)
    if (json) printJson({ migrated: where })
    else print(`The store at ${where} is up to date.`)
    return 0
  },
}
