import { LOOPBACK } from './ports.ts'

export interface NodeAddress {
  readonly id: number
  readonly brokerPort: number
  readonly controllerPort: number
}

export interface NodeSettings {
  readonly node: NodeAddress
  readonly cluster: readonly NodeAddress[]
  readonly logDir: string
  readonly messageMaxBytes: number
}

/** `server.properties` of one KRaft node that is broker and controller at once, bound to the loopback address only. */
export function serverProperties({ node, cluster, logDir, messageMaxBytes }: NodeSettings): string {
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
  })
}

function lines(properties: Record<string, string | number>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
