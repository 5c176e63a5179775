import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { SCENARIOS, tell } from '../../../pipeline/simulate/scenario/scenarios.ts'
import { writeSimulation } from '../../../pipeline/simulate/write.ts'
import { type Command, countFlag, type Invocation, numberFlag, requiredFlag, UsageError } from '../command.ts'
import { Progress, printJson } from '../output.ts'

export const simulate: Command = {
  usage: '--settlements N | --scenario NAME [--seed S] --out FILE [--truth FILE]',
  summary: 'Writes a deterministic synthetic region with planted cases, and its truth.',
  flags: {
    settlements: {
      type: 'string',
      value: 'N',
      help: 'how many settlements; planted cases need some 6000, and come on top of half of N where there are fewer',
    },
    scenario: { type: 'string', value: 'NAME', help: `a history for one detector: ${Object.keys(SCENARIOS).join(', ')}` },
    seed: { type: 'string', value: 'S', help: 'the same seed gives the same file (1)' },
    out: { type: 'string', value: 'FILE', help: 'events, - is standard output' },
    truth: { type: 'string', value: 'FILE', help: 'planted cases and look-alikes' },
    clean: { type: 'boolean', help: 'nothing planted' },
  },
  async run(invocation) {
    const { flags, json } = invocation
    if (flags.scenario !== undefined) return tellScenario(invocation, String(flags.scenario))
    requiredFlag(invocation, 'settlements')
    const settlements = countFlag(invocation, 'settlements')!
    const seed = numberFlag(invocation, 'seed') ?? 1
    const file = requiredFlag(invocation, 'out')
    const out = file === '-' ? process.stdout : createWriteStream(file)
    const truth = typeof flags.truth === 'string' ? createWriteStream(flags.truth) : nowhere()
    const progress = new Progress('settlements', settlements)
    const options = { settlements, seed, planted: flags.clean !== true }
    const written = await writeSimulation(options, out, truth, (done) => progress.show(done.settlements))
    await Promise.all([file === '-' ? undefined : finish(out), finish(truth)])
    progress.end()
    if (json && file !== '-') printJson(written)
    return 0
  },
}

async function tellScenario(invocation: Invocation, asked: string): Promise<number> {
  const name = asked.toUpperCase()
  const scenario = SCENARIOS[name]
  if (!scenario) throw new UsageError(`There is no scenario ${asked}; there are ${Object.keys(SCENARIOS).join(', ')}.`)
  const { flags, json } = invocation
  const story = tell(name, scenario, numberFlag(invocation, 'seed') ?? 1)
  const file = requiredFlag(invocation, 'out')
  const out = file === '-' ? process.stdout : createWriteStream(file)
  let events = 0
  for (const event of story.events()) {
    events++
    if (!out.write(`${JSON.stringify(event)}\n`)) await once(out, 'drain')
  }
  const truth = typeof flags.truth === 'string' ? createWriteStream(flags.truth) : nowhere()
  for (const row of story.truth) truth.write(`${JSON.stringify(row)}\n`)
  await Promise.all([file === '-' ? undefined : finish(out), finish(truth)])
  if (json && file !== '-') printJson({ scenario: name, events, settlements: story.settlements })
  return 0
}

/** Swallows the truth that nobody asked for. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}

async function finish(stream: Writable): Promise<void> {
  stream.end()
  await finished(stream)
}
