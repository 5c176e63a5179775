export type KafkaErrorCode =
  | 'JAVA_MISSING'
  | 'JAVA_TOO_OLD'
  | 'MAVEN_MISSING'
  | 'MAVEN_FAILED'
  | 'PORT_IN_USE'
  | 'FORMAT_FAILED'
  | 'BROKER_EXITED'
  | 'BROKER_NOT_READY'

/** A local Kafka did not start: `code` is for programs, the message tells a person what to do. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError'
  readonly code: KafkaErrorCode

  constructor(code: KafkaErrorCode, message: string) {
    super(`${code}: ${message}`)
    this.code = code
  }
}
