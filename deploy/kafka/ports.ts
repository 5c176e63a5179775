import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { KafkaError } from './kafka-error.ts'

export const LOOPBACK = '127.0.0.1'

/** `count` ports of the loopback address that are free now. All are held until the last is known, so that none comes twice. */
export async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, () => listen(0)))
  const ports = held.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(held.map(release))
  return ports
}

/** Throws PORT_IN_USE unless this port of the loopback address is free. */
export async function requireFreePort(port: number): Promise<void> {
  const server = await listen(port).catch((cause: Error) => {
    throw new KafkaError('PORT_IN_USE', `Port ${port} of ${LOOPBACK} cannot be used: ${cause.message}`)
  })
  await release(server)
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, LOOPBACK)
  await once(server, 'listening')
  return server
}

async function release(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
