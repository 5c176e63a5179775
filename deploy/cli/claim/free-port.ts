import { once } from 'node:events'
import { createServer } from 'node:net'
import { FundwatchError } from '../../../schemas/errors.ts'
import type { Config } from '../settings/config.ts'

/**
 * Makes sure that the port is free before anything is made: a first password that nobody was told would lock everyone out.
 * @throws FundwatchError ADDRESS_UNAVAILABLE
 */
export async function requireFreePort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  const server = createServer().listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        ? 'it is in use, perhaps by another fundwatch'
        : (error as Error).message
    throw new FundwatchError(
      'ADDRESS_UNAVAILABLE',
      `Nothing can listen on ${host}, port ${port}: ${why}. Use another --port or --host.`,
      { cause: error },
    )
  }
  server.close()
  await once(server, 'close')
}
