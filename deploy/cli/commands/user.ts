import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { perform } from '../claim/control.ts'
import { type Command, type Invocation, requiredFlag, UsageError } from '../command.ts'
import { print, printJson } from '../output.ts'
import { loadConfig } from '../settings/config.ts'

const WHOLE_COUNTRY = '000000'

function listFlag({ flags }: Invocation, name: string): string[] {
  const value = flags[name]
  return typeof value === 'string' ? value.split(',').filter(Boolean) : []
}

/** From standard input where the flag is `-`, so that it stands in no history of commands; without the flag one is made. */
function passwordOf({ flags }: Invocation): { password: string; isMade: boolean } {
  const given = flags.password
  if (given === undefined) return { password: `${randomBytes(12).toString('base64url')}-Aa1`, isMade: true }
  return { password: given === '-' ? readFileSync(0, 'utf8').trimEnd() : String(given), isMade: false }
}

export const user: Command = {
  usage: 'add NAME --roles LIST [--scope LIST] [--institutions LIST] | passwd NAME | disable NAME',
  summary: 'People who may sign in. A password that is made is shown once.',
  flags: {
    roles: { type: 'string', value: 'LIST', help: 'officer, investigator, reviewer2, panel, ..., comma-separated' },
    scope: { type: 'string', value: 'LIST', help: 'regions whose data are seen, comma-separated; default: all (000000)' },
    institutions: { type: 'string', value: 'LIST', help: 'institutions within them; default: all' },
    recusals: { type: 'string', value: 'LIST', help: 'institutions whose items the person does not decide' },
    name: { type: 'string', value: 'TEXT', help: 'the name that others see' },
    password: { type: 'string', value: 'TEXT', help: '- reads it from standard input; without it one is made' },
  },
  async run(invocation) {
    const { args, flags, json } = invocation
    const [verb, username] = args
    if (!username || args.length !== 2) throw new UsageError('Use: user add NAME, user passwd NAME, or user disable NAME.')
    const { values } = loadConfig(flags)
    if (verb === 'disable') {
      await perform(values, 'user-disable', { username })
      if (json) printJson({ username, disabled: true })
      return 0
    }
    if (verb !== 'add' && verb !== 'passwd') throw new UsageError(`There is no user ${verb}.`)
    const { password, isMade } = passwordOf(invocation)
    if (verb === 'passwd') await perform(values, 'user-passwd', { username, password })
    else {
      const scope = listFlag(invocation, 'scope')
      const user = {
        username,
        name: typeof flags.name === 'string' ? flags.name : '',
        roles: requiredFlag(invocation, 'roles').split(','),
        scope: scope.length > 0 ? scope : [WHOLE_COUNTRY],
        institutions: listFlag(invocation, 'institutions'),
        recusals: listFlag(invocation, 'recusals'),
      }
      await perform(values, 'user-add', { user, password })
    }
    if (json) printJson({ username, ...(isMade && { password }) })
    else if (isMade) print(`The password of ${username} is ${password} (shown once)`)
    return 0
  },
}
