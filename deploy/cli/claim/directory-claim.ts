import { existsSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { FundwatchError } from '../../../schemas/errors.ts'
import { socketAddress } from './unix-socket.ts'

/**
 * Makes a data directory this process's own for as long as it lives, by a socket that only a living process answers.
 * @throws FundwatchError DIRECTORY_IN_USE
 */
export async function claimDirectory(directory: string): Promise<Server> {
  const path = join(directory, 'worker.sock')
  const { address } = socketAddress(path)
  if (await answers(address))
    throw new FundwatchError('DIRECTORY_IN_USE', `Another worker runs on ${directory}; each needs its own.`)
  if (existsSync(path)) unlinkSync(path)
  const server = createServer((socket) => socket.end())
  await new Promise<void>((done) => server.listen(address, done))
  return server.unref()
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path, () => {
      socket.destroy()
      done(true)
    })
    socket.on('error', () => done(false))
  })
}
