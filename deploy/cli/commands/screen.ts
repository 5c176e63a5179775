import { readFileSync } from 'node:fs'
import { FundwatchError } from '../../../schemas/errors.ts'
import { perform } from '../claim/control.ts'
import { type Command, UsageError } from '../command.ts'
import { print, printJson } from '../output.ts'
import { loadConfig } from '../settings/config.ts'

export const screen: Command = {
  usage: 'FILE',
  summary: 'Checks draft settlements (one JSON object, or one per line) against present memory. Changes nothing.',
  flags: {},
  async run({ args, flags, json }) {
    const [file] = args
    if (!file || args.length > 1) throw new UsageError('Name one file, or - for standard input.')
    const answers = await perform(loadConfig(flags).values, 'screen', { drafts: readDrafts(file) })
    if (json) printJson({ answers })
    else {
      for (const { setl_id, results } of answers) {
        print(`${setl_id ?? 'draft'}: ${results.length === 0 ? 'nothing found' : ''}`)
        for (const { rule_id, sev_deg, vola_cont } of results) print(`  ${rule_id} (severity ${sev_deg}): ${vola_cont}`)
      }
    }
    return 0
  },
}

function readDrafts(file: string): Record<string, unknown>[] {
  const text = readFileSync(file === '-' ? 0 : file, 'utf8').trim()
  try {
    return [JSON.parse(text)]
  } catch {
    // Not one object: one per line.
  }
  return text.split('\n').map((line, i) => {
    try {
      return JSON.parse(line)
    } catch (error) {
      throw new FundwatchError('JSON_INVALID', `Line ${i + 1} of ${file} is no JSON.`, { cause: error })
    }
  })
}
