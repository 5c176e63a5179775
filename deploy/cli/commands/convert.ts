import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { convertSynthea } from '../../synthea/convert.ts'
import { type Command, requiredFlag, UsageError } from '../command.ts'
import { Progress, printJson } from '../output.ts'

export const convert: Command = {
  usage: 'synthea DIR --out FILE',
  summary: 'Turns a folder of Synthea tables (CSV, plain or gzip) into events.',
  flags: { out: { type: 'string', value: 'FILE', help: 'events, - is standard output' } },
  async run(invocation) {
    const [format, folder] = invocation.args
    if (format !== 'synthea' || !folder) throw new UsageError('Use: convert synthea DIR --out FILE.')
    const file = requiredFlag(invocation, 'out')
    const progress = new Progress('events')
    let events = 0
    async function* lines() {
      for await (const event of convertSynthea(folder!)) {
        yield `${JSON.stringify(event)}\n`
        progress.show(++events)
      }
    }
    const isFile = file !== '-'
    await pipeline(Readable.from(lines()), isFile ? createWriteStream(file) : process.stdout, { end: isFile })
    progress.end()
    if (invocation.json && isFile) printJson({ events })
    return 0
  },
}
