import { type Command, UsageError } from '../command.ts'
import { print, printJson } from '../output.ts'
import { loadConfig } from '../settings/config.ts'
import { checkDossier } from '../work/dossier.ts'

export const dossier: Command = {
  usage: 'FILE',
  summary: 'Checks the hashes of a dossier and judges its inputs again. Exit code 1 when anything differs.',
  flags: {},
  async run({ args, flags, json }) {
    const [file] = args
    if (!file || args.length > 1) throw new UsageError('Name one dossier.')
    const checks = await checkDossier(loadConfig(flags).values, file)
    const ok = checks.every((check) => check.ok)
    if (json) printJson({ ok, checks })
    else for (const { what, ok: same, found } of checks) print(`${same ? 'ok      ' : 'DIFFERS '}${what}: ${found}`)
    return ok ? 0 : 1
  },
}
