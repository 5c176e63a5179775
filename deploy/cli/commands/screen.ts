import { readFileSync } from 'node:fs'
import type { ScreenReply } from '../../../pipeline/screen.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { perform } from '../claim/control.ts'
import { type Command, UsageError } from '../command.ts'
import { print, printJson } from '../output.ts'
import { loadConfig } from '../settings/config.ts'
import type { Refusal } from '../work/screen.ts'
import { draftsIn } from './screen.drafts.ts'

export const screen: Command = {
  usage: 'FILE',
  summary: 'Checks draft settlements (one JSON object, or one per line) against present memory. Changes nothing.',
  flags: {},
  async run({ args, flags, json }) {
    const [file] = args
    if (!file || args.length > 1) throw new UsageError('Name one file, or - for standard input.')
    const lines = draftsIn(readFileSync(file === '-' ? 0 : file, 'utf8'))
    if (lines.length === 0) throw new UsageError(`There is no draft in ${file}.`)
    const drafts = lines.flatMap(({ draft }) => (draft === undefined ? [] : [draft]))
    const given = await perform(loadConfig(flags).values, 'screen', { drafts })
    const replies = given.values()
    const answers = lines.map(({ line, error }) => ({ line, ...(error ? { error } : replies.next().value!) }))
    const [only] = answers
    if (only!.error && answers.length === 1) throw new FundwatchError(only!.error.code, only!.error.message)
    if (json) printJson({ answers })
    else for (const answer of answers) tell(answer)
    return answers.some(({ error }) => error) ? 1 : 0
  },
}

function tell({ line, setl_id, results = [], error }: { line: number; error?: Refusal } & Partial<ScreenReply>): void {
  if (error) return print(`line ${line}: ${error.code}: ${error.message}`)
  print(`${setl_id ?? 'draft'}: ${results.length === 0 ? 'nothing found' : ''}`)
  for (const { rule_id, sev_deg, vola_cont } of results) print(`  ${rule_id} (severity ${sev_deg}): ${vola_cont}`)
}
