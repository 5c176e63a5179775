import { parentPort, workerData } from 'node:worker_threads'
import { pgliteEngine, type Statement } from './pglite-engine.ts'
import type { Answer } from './pglite-thread.ts'

/** The thread of the embedded database: statements in, rows out, one after another. */
const port = parentPort!
const engine = pgliteEngine((workerData as { directory: string | undefined }).directory)
let last: Promise<void> = Promise.resolve()

port.on('message', (message: Statement | 'close') => {
  last = last.then(async () => {
    if (message !== 'close') return port.postMessage(await answer(message))
    await engine.close().catch(() => undefined)
    port.close()
  })
})

async function answer(statement: Statement): Promise<Answer> {
  try {
    return { rows: await engine.run(statement) }
  } catch (error) {
    const { message, code } = error as { message: string; code?: string }
    return { error: { message, code: code ?? '' } }
  }
}
