import { LOOPBACK } from './ports.ts'

export interface NodeAddress {
  readonly id: number
  readonly brokerPort: number
  readonly controllerPort: number
  /** Of the listener for clients that have to prove themselves, where there is one. */
  readonly securePort?: number
}

/** TLS with this key and certificate, and a user who proves itself with SCRAM. */
export interface Secured {
  readonly keystore: string
  readonly username: string
  readonly password: string
}

/** How the user's password is kept and proved. */
export const SCRAM = 'SCRAM-SHA-512'

export interface NodeSettings {
  readonly node: NodeAddress
  readonly cluster: readonly NodeAddress[]
  readonly logDir: string
  readonly messageMaxBytes: number
  readonly secured?: Secured
}

/** `server.properties` of one KRaft node that is broker and controller at once, bound to the loopback address only. */
export function serverProperties({ node, cluster, logDir, messageMaxBytes, secured }: NodeSettings): string {
  const replicas = cluster.length
  const majority = Math.floor(replicas / 2) + 1
  return lines({
    'process.roles': 'broker,controller',
    'node.id': node.id,
    listeners: `PLAINTEXT://${LOOPBACK}:${node.brokerPort},CONTROLLER://${LOOPBACK}:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${node.brokerPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': cluster.map(({ id, controllerPort }) => `${id}@${LOOPBACK}:${controllerPort}`).join(','),
    'log.dirs': logDir,

    'message.max.bytes': messageMaxBytes,
    'replica.fetch.max.bytes': messageMaxBytes,

    'default.replication.factor': replicas,
    'min.insync.replicas': majority,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': majority,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': majority,

    // Small where the defaults suit a data centre: fewer files, no wait for further group members, no 128 MiB cleaner buffer.
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    'log.cleaner.dedupe.buffer.size': 4 * 1024 * 1024,
    ...(secured && secureListener(node, secured)),
  })
}

/** Beside the plain listener, which the brokers use among themselves. */
function secureListener(node: NodeAddress, { keystore }: Secured): Record<string, string> {
  const [plain, secure] = [`PLAINTEXT://${LOOPBACK}:${node.brokerPort}`, `CLIENTS://${LOOPBACK}:${node.securePort}`]
  return {
    listeners: `${plain},${secure},CONTROLLER://${LOOPBACK}:${node.controllerPort}`,
    'advertised.listeners': `${plain},${secure}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENTS:SASL_SSL',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.name.clients.ssl.keystore.type': 'PEM',
    'listener.name.clients.ssl.keystore.location': keystore,
    'listener.name.clients.sasl.enabled.mechanisms': SCRAM,
    [`listener.name.clients.${SCRAM.toLowerCase()}.sasl.jaas.config`]:
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  }
}

function lines(properties: Record<string, string | number>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
