import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { findDetectors } from '../../../pipeline/catalogue.ts'
import { evaluate as judge } from '../../../pipeline/simulate/evaluate.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
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
    const results = new Map((await findDetectors()).map(({ id, result }) => [id, result]))
    const result = judge(alerts as never[], truth as never[], (id) => results.get(id))
    if (invocation.json) printJson(result)
    else {
      printTable(result.detectors as unknown as Record<string, unknown>[])
      print('')
      printTable(Object.entries(result.by_result).map(([kind, score]) => ({ result: kind, ...score })))
    }
    return 0
  },
}

async function readRows(file: string): Promise<unknown[]> {
  const rows: unknown[] = []
  let number = 0
  for await (const line of createInterface({ input: createReadStream(file) })) {
    number++
    if (line.trim() === '') continue
    try {
      rows.push(JSON.parse(line))
    } catch (error) {
      throw new FundwatchError('JSON_INVALID', `Line ${number} of ${file} is no JSON.`, { cause: error })
    }
  }
  return rows
}
