import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { evaluate as judge } from '../../../pipeline/simulate/evaluate.ts'
import { type Command, requiredFlag } from '../command.ts'
import { print, printJson, printTable } from '../output.ts'

export const evaluate: Command = {
  usage: '--alerts FILE --truth FILE',
  summary: 'Recall and precision per detector against a truth file.',
  flags: {
    alerts: { type: 'string', value: 'FILE', help: 'alerts, as replay --out writes them' },
    truth: { type: 'string', value: 'FILE', help: 'planted cases and look-alikes' },
  },
  async run(invocation) {
    const alerts = await readRows(requiredFlag(invocation, 'alerts'))
    const truth = await readRows(requiredFlag(invocation, 'truth'))
    const result = judge(alerts as never[], truth as never[])
    if (invocation.json) printJson(result)
    else print(JSON.stringify(result, null, 2))
    void printTable
    return 0
  },
}

async function readRows(file: string): Promise<unknown[]> {
  const rows: unknown[] = []
  for await (const line of createInterface({ input: createReadStream(file) })) if (line) rows.push(JSON.parse(line))
  return rows
}
