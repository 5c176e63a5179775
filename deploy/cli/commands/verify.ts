import type { Command } from '../command.ts'
import { loadConfig } from '../config.ts'
import { perform } from '../control.ts'
import { print, printJson } from '../output.ts'

export const verify: Command = {
  usage: '[--data-dir DIR]',
  summary: 'Reconciles every count, re-computes alert ids, and prints the alert digest. Exit code 1 when anything differs.',
  flags: {},
  async run({ flags, json }) {
    const result = await perform(loadConfig(flags).values, 'verify', {})
    if (json) printJson(result)
    else {
      for (const { name, expected, found, ok } of result.checks) {
        print(`${ok ? 'ok      ' : 'DIFFERS '}${name}: ${ok ? found : `expected ${expected}, found ${found}`}`)
      }
      print(`alerts ${result.alerts}, of these retracted ${result.retracted}`)
      print(`alert digest ${result.alert_digest}`)
    }
    return result.ok ? 0 : 1
  },
}
