import { ROLES, type Role } from '../../../dashboard/server/access/caller.ts'
import { perform } from '../claim/control.ts'
import { type Command, requiredFlag, UsageError } from '../command.ts'
import { print, printJson } from '../output.ts'
import { loadConfig } from '../settings/config.ts'

export const token: Command = {
  usage: 'create --role ROLE [--scope ADMDVS]',
  summary: 'Makes a token for a machine client. It is shown once.',
  flags: {
    role: { type: 'string', value: 'ROLE', help: `one of ${ROLES.join(', ')}` },
    scope: { type: 'string', value: 'ADMDVS', help: 'region whose data it sees, comma-separated; default: all (000000)' },
  },
  async run(invocation) {
    const { args, flags, json } = invocation
    if (args[0] !== 'create') throw new UsageError('Use: token create --role ROLE.')
    const role = requiredFlag(invocation, 'role')
    if (!(ROLES as readonly string[]).includes(role)) throw new UsageError(`There is no role ${role}: ${ROLES.join(', ')}.`)
    const scope = ((flags.scope as string | undefined) ?? '000000').split(',')
    const made = await perform(loadConfig(flags).values, 'token-create', { role: role as Role, scope })
    if (json) printJson(made)
    else print(made.token)
    return 0
  },
}
