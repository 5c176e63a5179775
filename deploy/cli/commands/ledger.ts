import { perform } from '../claim/control.ts'
import type { Command } from '../command.ts'
import { printJson, printTable } from '../output.ts'
import { loadConfig } from '../settings/config.ts'

export const ledger: Command = {
  usage: '[--data-dir DIR]',
  summary: 'Matches per detector and day: alerts, folded, silenced and why, withdrawn.',
  flags: {},
  async run({ flags, json }) {
    const rows = await perform(loadConfig(flags).values, 'ledger', {})
    if (json) printJson({ rows })
    else printTable(rows.map(({ reasons = {}, ...counts }) => ({ ...counts, reasons: Object.keys(reasons).join(' ') })))
    return 0
  },
}
