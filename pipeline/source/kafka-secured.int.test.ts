import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalKafka, startKafka } from '../../deploy/kafka/kafka.ts'
import { type Authority, makeAuthority } from '../../deploy/testing/authority.ts'
import { KafkaProducer } from '../sink/kafka-producer.ts'
import { KafkaClient } from './kafka-client.ts'

let authority: Authority
let stranger: Authority
let kafka: LocalKafka

beforeAll(async () => {
  authority = await makeAuthority('bureau')
  stranger = await makeAuthority('stranger')
  const { keystore } = authority
  kafka = await startKafka({ secured: { keystore, username: 'fundwatch', password: 'watchful' } })
})
afterAll(async () => {
  await kafka?.stop()
  authority?.remove()
  stranger?.remove()
})

/** As OPERATIONS.md says it. */
const properties = (changes: Record<string, string> = {}) => ({
  'security.protocol': 'sasl_ssl',
  'sasl.mechanism': 'SCRAM-SHA-512',
  'sasl.username': 'fundwatch',
  'sasl.password': 'watchful',
  'ssl.ca.location': authority.ca,
  ...changes,
})

test('Over TLS, with a user that the brokers know, messages are written and read', async () => {
  const producer = await KafkaProducer.connect(kafka.securedBrokers, properties())
  const client = await KafkaClient.connect(kafka.securedBrokers, 'secured', properties())
  try {
    await producer.send([{ topic: 'secured', partition: 0, value: Buffer.from('told') }])
    expect((await client.lastOf({ topic: 'secured', partition: 0 }))?.toString()).toBe('told')
  } finally {
    await producer.close()
    await client.close()
  }
})

const wrongs = [
  [
    'A wrong password',
    () => properties({ 'sasl.password': 'guessed' }),
    'KAFKA_UNAUTHENTICATED',
    /sasl\.password: .*invalid credentials/,
  ],
  [
    'A broker of another authority',
    () => properties({ 'ssl.ca.location': stranger.ca }),
    'KAFKA_UNTRUSTED',
    /ssl\.ca\.location trusts: .*certificate/,
  ],
] as const

test.each(wrongs)('%s is named, to readers and to writers', async (_, given, code, message) => {
  const named = { code, message: expect.stringMatching(message) }
  await expect(KafkaClient.connect(kafka.securedBrokers, 'secured', given())).rejects.toMatchObject(named)
  await expect(KafkaProducer.connect(kafka.securedBrokers, given())).rejects.toMatchObject(named)
})

test('Who speaks plainly to a listener of TLS is not answered', async () => {
  await expect(KafkaClient.connect(kafka.securedBrokers, 'secured')).rejects.toMatchObject({ code: 'KAFKA_UNREACHABLE' })
})
