import { type KnowledgeFault, readKnowledge } from '../../../pipeline/knowledge/read.ts'
import { perform } from '../claim/control.ts'
import { type Command, type Invocation, requiredFlag, UsageError } from '../command.ts'
import { print, printJson, printTable } from '../output.ts'
import { loadConfig } from '../settings/config.ts'

export const reference: Command = {
  usage: 'import FILE… --version V [--table T] | show TABLE [--as-of DAY]',
  summary: 'Brings reference rows in from CSV or NDJSON, all of a call or none, and shows what holds on a day.',
  flags: {
    table: { type: 'string', value: 'T', help: 'the table; default: the name of the file' },
    version: { type: 'string', value: 'V', help: 'the version of the knowledge, kept with each row' },
    check: { type: 'boolean', help: 'only look for faults' },
    'as-of': { type: 'string', value: 'DAY', help: 'the day (today)' },
  },
  async run(invocation) {
    const [verb, ...names] = invocation.args
    if (verb === 'import' && names.length > 0) return importFiles(invocation, names)
    if (verb === 'show' && names.length === 1) return show(invocation, names[0]!)
    throw new UsageError('Use: reference import FILE… --version V, or reference show TABLE.')
  },
}

async function importFiles(invocation: Invocation, files: readonly string[]): Promise<number> {
  const { flags, json } = invocation
  const version = requiredFlag(invocation, 'version')
  const table = flags.table as string | undefined
  const read = files.map((file) => ({ file, ...readKnowledge(file, { table, version }) }))
  const faults = read.flatMap(({ file, faults }) => faults.map((fault) => ({ file, ...fault })))
  const imported = read.map(({ file, table, events }) => ({ file, table, rows: events.length }))
  if (faults.length > 0) {
    if (json) printJson({ imported: [], faults })
    else for (const fault of faults) print(sentenceOf(fault))
    return 1
  }
  if (!flags.check) await perform(loadConfig(flags).values, 'reference-import', { events: read.flatMap(({ events }) => events) })
  if (json) printJson({ version, imported: flags.check ? [] : imported, faults })
  else printTable(imported)
  return 0
}

function sentenceOf({ file, line, field, message }: KnowledgeFault & { file: string }): string {
  return `${file}:${line}: ${field && !message.startsWith(field) ? `${field}: ` : ''}${message}`
}

async function show({ flags, json }: Invocation, table: string): Promise<number> {
  const day = flags['as-of'] as string | undefined
  const rows = await perform(loadConfig(flags).values, 'reference-show', { table, day })
  if (json) printJson({ rows })
  else printTable(rows.map(({ row, ...frame }) => ({ ...frame, row: JSON.stringify(row) })))
  return 0
}
