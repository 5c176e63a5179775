import { chmodSync, existsSync, unlinkSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { prepend } from '../../../pipeline/source/file.ts'
import { NEWLINE } from '../../../pipeline/source/lines.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { openPipeline, type Pipeline } from '../services/pipeline.ts'
import type { Config } from '../settings/config.ts'
import { type Input, OPERATIONS, type Operation, type OperationName, type Output } from '../work/operations.ts'
import { socketAddress } from './unix-socket.ts'

/** Where the process that owns a data directory answers other commands (contract, section 3). */
function socketPath(config: Config): string {
  return join(resolve(config.data_dir), 'control.sock')
}

/**
 * Answers the commands of other processes on the data directory's own socket, which only its owner can open.
 * @param busyWith what this process does itself, and does not do twice at a time: files of one clock come one after the other
 */
export async function serveControl(pipeline: Pipeline, busyWith?: OperationName): Promise<Server> {
  const path = socketPath(pipeline.config)
  if (existsSync(path)) unlinkSync(path)
  const server = createServer(async (incoming, outgoing) => {
    const name = incoming.url?.slice(1) as OperationName
    try {
      const operation = OPERATIONS[name] as Operation<unknown, unknown> | undefined
      if (!operation) throw new FundwatchError('OPERATION_UNKNOWN', `The running process knows no operation ${name}.`)
      if (name === busyWith)
        throw new FundwatchError('STORE_IN_USE', `Another ${name} is running on the data directory: wait for its end.`)
      const { input, standardInput } = await readQuestion(incoming)
      const result = await operation.run(pipeline, input, () => {}, standardInput)
      outgoing.end(JSON.stringify({ result }))
    } catch (error) {
      const { code, message } = error as FundwatchError
      // Whoever is still sending its standard input must hear this before its pipe breaks.
      outgoing.setHeader('connection', 'keep-alive')
      outgoing.end(JSON.stringify({ error: { code: code ?? 'FAILED', message } }))
    }
  })
  // Whoever sends its standard input may take as long as it likes.
  server.requestTimeout = 0
  const { address, release } = socketAddress(path)
  await new Promise<void>((done) => server.listen(address, done))
  server.on('close', release)
  chmodSync(path, 0o600)
  return server
}

/** A question is a line of JSON; behind it comes what the asking process hears on its standard input. */
async function readQuestion(
  incoming: AsyncIterable<Buffer>,
): Promise<{ input: unknown; standardInput: AsyncIterable<Uint8Array> }> {
  const pieces = incoming[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  while (!head.includes(NEWLINE)) {
    const next = await pieces.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  const end = head.includes(NEWLINE) ? head.indexOf(NEWLINE) : head.length
  return { input: JSON.parse(head.toString('utf8', 0, end)), standardInput: prepend(head.subarray(end + 1), pieces) }
}

type Answer = { result: unknown } | { error: { code: string; message: string } }

/** Asks the running process; `undefined` where none answers: then nothing was read of standard input. */
function ask(config: Config, name: OperationName, input: unknown, standardInput?: Readable): Promise<Answer | undefined> {
  if (!existsSync(socketPath(config))) return Promise.resolve(undefined)
  const { address, release } = socketAddress(socketPath(config))
  return new Promise<Answer | undefined>((done, fail) => {
    const to = { socketPath: address, path: `/${name}`, method: 'POST', agent: false }
    const outgoing = request(to, async (incoming) => {
      done(JSON.parse(await text(incoming)) as Answer)
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') done(undefined)
      else fail(error)
    })
    outgoing.write(`${JSON.stringify(input)}\n`)
    if (!standardInput) outgoing.end()
    else outgoing.once('socket', (socket) => socket.once('connect', () => standardInput.pipe(outgoing)))
  }).finally(release)
}

/** Whether a running process owns the data directory. */
export async function isServed(config: Config): Promise<boolean> {
  return (await ask(config, 'guard', {})) !== undefined
}

/** Does the work here, or, where a running process owns the data directory, lets that process do it and says so. */
export async function perform<N extends OperationName>(
  config: Config,
  name: N,
  input: Input<N>,
  onProgress: (events: number, share?: number) => void = () => {},
  standardInput?: Readable,
): Promise<Output<N>> {
  const answer = await ask(config, name, input, standardInput)
  if (answer) {
    process.stderr.write('The data directory is in use: the running process did the work.\n')
    if ('error' in answer) throw new FundwatchError(answer.error.code, answer.error.message)
    return answer.result as Output<N>
  }
  const operation = OPERATIONS[name] as unknown as Operation<Input<N>, Output<N>>
  if (operation.looksOnly && !config.clickhouse_url && !existsSync(config.data_dir))
    throw new FundwatchError('DIRECTORY_UNKNOWN', `There is no data directory ${resolve(config.data_dir)}.`)
  const pipeline = await openPipeline(config, operation.resumes?.(input))
  let control: Server | undefined
  try {
    if (operation.takesLong) control = await serveControl(pipeline, name)
    return await operation.run(pipeline, input, onProgress)
  } finally {
    // Whoever was promised an answer gets it.
    await control?.[Symbol.asyncDispose]()
    await pipeline.close()
  }
}
