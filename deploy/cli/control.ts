import { chmodSync, existsSync, unlinkSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Config } from './config.ts'
import { type Input, OPERATIONS, type Operation, type OperationName, type Output } from './operations.ts'
import { openPipeline, type Pipeline } from './pipeline.ts'

/** Where the process that owns a data directory answers other commands (contract, section 3). */
function socketPath(config: Config): string {
  return join(resolve(config.data_dir), 'control.sock')
}

/** Answers the commands of other processes on the data directory's own socket, which only its owner can open. */
export async function serveControl(pipeline: Pipeline): Promise<Server> {
  const path = socketPath(pipeline.config)
  if (existsSync(path)) unlinkSync(path)
  const server = createServer(async (incoming, outgoing) => {
    const name = incoming.url?.slice(1) as OperationName
    try {
      const operation = OPERATIONS[name] as Operation<unknown, unknown> | undefined
      if (!operation) throw new FundwatchError('OPERATION_UNKNOWN', `The running process knows no operation ${name}.`)
      const result = await operation.run(pipeline, JSON.parse(await text(incoming)), () => {})
      outgoing.end(JSON.stringify({ result }))
    } catch (error) {
      const { code, message } = error as FundwatchError
      outgoing.end(JSON.stringify({ error: { code: code ?? 'FAILED', message } }))
    }
  })
  await new Promise<void>((done) => server.listen(path, done))
  chmodSync(path, 0o600)
  return server
}

type Answer = { result: unknown } | { error: { code: string; message: string } }

/** Asks the running process; `undefined` where none answers. */
function ask(config: Config, name: OperationName, input: unknown): Promise<Answer | undefined> {
  return new Promise((done, fail) => {
    const outgoing = request({ socketPath: socketPath(config), path: `/${name}`, method: 'POST' }, async (incoming) => {
      done(JSON.parse(await text(incoming)) as Answer)
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') done(undefined)
      else fail(error)
    })
    outgoing.end(JSON.stringify(input))
  })
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
  onProgress: (events: number) => void = () => {},
): Promise<Output<N>> {
  const answer = await ask(config, name, input)
  if (answer) {
    process.stderr.write('The data directory is in use: the running process did the work.\n')
    if ('error' in answer) throw new FundwatchError(answer.error.code, answer.error.message)
    return answer.result as Output<N>
  }
  const operation = OPERATIONS[name] as unknown as Operation<Input<N>, Output<N>>
  const pipeline = await openPipeline(config, operation.resumes?.(input))
  try {
    return await operation.run(pipeline, input, onProgress)
  } finally {
    await pipeline.close()
  }
}
