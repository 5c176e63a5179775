import { FundwatchError } from '../../schemas/errors.ts'
import { version } from '../checkout.ts'
import { helpOf, readArguments, UsageError } from './command.ts'
import { COMMANDS } from './commands/index.ts'
import { log, logFailure, logUnforeseen } from './log.ts'
import { print } from './output.ts'
import { startTelemetry } from './services/telemetry.ts'
import { unknownVariables } from './settings/config.ts'

const HELP: ReadonlySet<string> = new Set(['--help', '-h'])

/** Exit codes (contract, section 3): 0 done, 1 failed, 2 wrong usage. */
async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv[0] === 'help' && argv[1] ? [argv[1], '--help'] : argv
  if (name === '--version') {
    print(version())
    return 0
  }
  if (!name || name === 'help' || HELP.has(name)) {
    print(await overview())
    return name ? 0 : 2
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!load) throw new UsageError(`There is no command ${name}. See: fundwatch --help`)
  const command = await load()
  if (rest.some((argument) => HELP.has(argument))) {
    print(helpOf(name, command))
    return 0
  }
  for (const variable of unknownVariables(process.env)) {
    log('warn', `there is no setting ${variable}; it has no effect`, { code: 'CONFIG_UNKNOWN' })
  }
  const sendTheRest = await startTelemetry(process.env)
  try {
    return (await command.run(readArguments(command, rest))) ?? 0
  } finally {
    await sendTheRest().catch((error: Error) =>
      log('warn', `the last traces were not sent: ${error.message}`, { code: 'TRACES_UNSENT' }),
    )
  }
}

async function overview(): Promise<string> {
  const summaries = Object.entries(COMMANDS).map(async ([name, load]) => [name, (await load()).summary] as const)
  const rows = (await Promise.all(summaries)).map(([name, summary]) => `  ${name.padEnd(14)}${summary.split('. ')[0]}`)
  return `fundwatch (医保基金哨兵): intelligent monitoring of the medical-insurance fund\n\n${rows.join('\n')}\n\nfundwatch COMMAND --help tells more.`
}

function report(error: unknown): number {
  const { code, message } = error as NodeJS.ErrnoException
  // What the system refuses (no such file, no permission, no space) says in words what to do; only the rest is ours to trace.
  const isExplained = error instanceof FundwatchError || (error as NodeJS.ErrnoException).syscall !== undefined
  if (isExplained) logFailure(error)
  else logUnforeseen(error)
  if (process.argv.includes('--json')) print(JSON.stringify({ error: { code: code ?? 'FAILED', message } }))
  return error instanceof UsageError ? 2 : 1
}

// A closed pipe (`fundwatch detectors | head`) is the reader's choice, not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

main(process.argv.slice(2)).catch(report).then(end)

/** Ends the process when everything is written: a pipe takes 64 KiB at once, and the rest as fast as somebody reads. */
function end(code: number): void {
  process.stdout.write('', () => process.exit(code))
}
