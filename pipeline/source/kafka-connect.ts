import type { LibrdKafkaError } from 'node-rdkafka'
import { FundwatchError } from '../../schemas/errors.ts'

/** How long a broker may take to answer, milliseconds. */
const PATIENCE = 10_000

/** What the client's own log says while it connects: an error of the connection is told nowhere else. */
interface Logged {
  readonly fac: string
  readonly message: string
}

/** What all clients of Kafka can do. */
interface Connecting {
  connect(options: { timeout: number }, done: (error: LibrdKafkaError | null) => void): unknown
  on(event: 'event.log', listener: (logged: Logged) => void): unknown
  off(event: 'event.log', listener: (logged: Logged) => void): unknown
}

/** What no patience mends: who we are, and who they are. */
const REFUSALS = [
  {
    code: 'KAFKA_UNAUTHENTICATED',
    says: /SASL authentication error: .*/,
    what: 'does not accept sasl.username and sasl.password',
  },
  {
    code: 'KAFKA_UNTRUSTED',
    says: /SSL handshake failed: .*certificate.*/,
    what: 'shows no certificate that ssl.ca.location trusts',
  },
] as const

/**
 * Connects a client of any kind.
 * @throws FundwatchError after ten seconds: KAFKA_UNAUTHENTICATED, KAFKA_UNTRUSTED, else KAFKA_UNREACHABLE
 */
export async function connectTo(brokers: string, client: Connecting): Promise<void> {
  let refused: FundwatchError | undefined
  const listen = ({ fac, message }: Logged) => {
    for (const { code, says, what } of REFUSALS) {
      const [said] = (fac === 'FAIL' && says.exec(message)) || []
      if (said) refused = new FundwatchError(code, `${brokers} ${what}: ${said}`)
    }
  }
  client.on('event.log', listen)
  try {
    await new Promise<void>((done, fail) => {
      client.connect({ timeout: PATIENCE }, (error) => {
        if (error) fail(refused ?? new FundwatchError('KAFKA_UNREACHABLE', `No broker answers at ${brokers}: ${error.message}`))
        else done()
      })
    })
  } finally {
    client.off('event.log', listen)
  }
}
