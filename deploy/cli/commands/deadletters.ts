import { readFileSync } from 'node:fs'
import type { DeadLetterRow } from '../../../pipeline/verify/dead-letters.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { perform } from '../claim/control.ts'
import { type Command, countFlag, UsageError } from '../command.ts'
import { print, printJson, printTable } from '../output.ts'
import { loadConfig } from '../settings/config.ts'

export const deadletters: Command = {
  usage: 'list | retry [--file FILE]',
  summary:
    'Refused events. `list --json` writes one per line with its event in "bytes"; correct them there and `retry --file` that file.',
  flags: {
    limit: { type: 'string', value: 'N', help: 'at most so many (1000)' },
    file: {
      type: 'string',
      value: 'FILE',
      help: 'corrected letters, as list --json writes them; without it all are retried as they are',
    },
  },
  async run(invocation) {
    const { args, flags, json } = invocation
    const { values } = loadConfig(flags)
    if (args[0] === 'list') {
      const rows = await perform(values, 'deadletters-list', { limit: countFlag(invocation, 'limit') })
      if (json) for (const row of rows) printJson(row)
      else printTable(rows.map(({ bytes, ...told }) => ({ ...told, bytes: bytes.slice(0, 60) })))
      return 0
    }
    if (args[0] !== 'retry') throw new UsageError('Use: deadletters list, or deadletters retry.')
    const letters = typeof flags.file === 'string' ? readLetters(flags.file) : undefined
    const result = await perform(values, 'deadletters-retry', { letters })
    if (json) printJson(result)
    else {
      print(`${result.accepted} of ${result.retried} accepted`)
      for (const { source, offset, code, message } of result.still_refused) print(`${source}:${offset} ${code} ${message}`)
    }
    return result.still_refused.length === 0 ? 0 : 1
  },
}

function readLetters(file: string): DeadLetterRow[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return lines.map((line, i) => {
    try {
      return JSON.parse(line) as DeadLetterRow
    } catch (error) {
      throw new FundwatchError('JSON_INVALID', `Line ${i + 1} of ${file} is no JSON.`, { cause: error })
    }
  })
}
