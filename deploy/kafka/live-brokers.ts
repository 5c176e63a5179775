import { connect } from 'node:net'
import { LOOPBACK } from './ports.ts'

const METADATA_REQUEST_V0 = Buffer.from([
  ...[0, 0, 0, 14], // length of what follows
  ...[0, 3], // API key: Metadata
  ...[0, 0], // API version
  ...[0, 0, 0, 1], // correlation id
  ...[0xff, 0xff], // client id: null
  ...[0, 0, 0, 0], // topics: all
])
const LENGTH_BYTES = 4
const BROKER_COUNT_AT = 8 // after the length and the correlation id

/**
 * How many brokers the one at this loopback port knows to be alive; 0 while it does not answer. An open port alone proves
 * little: a broker listens before it has joined its cluster. Asked by hand, since the Kafka client is an optional dependency.
 */
export function liveBrokers(port: number, timeoutMs = 1_000): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK, () => socket.write(METADATA_REQUEST_V0))
    let answer = Buffer.alloc(0)
    socket.setTimeout(timeoutMs, () => socket.destroy())
    socket.on('error', () => resolve(0))
    socket.on('close', () => resolve(0))
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      if (answer.length < BROKER_COUNT_AT + LENGTH_BYTES) return
      resolve(answer.readInt32BE(BROKER_COUNT_AT))
      socket.destroy()
    })
  })
}
