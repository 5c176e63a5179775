import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { KafkaError } from './kafka-error.ts'

const run = promisify(execFile)
const OLDEST_JAVA = 17

/** The `java` to start Kafka with: of JAVA_HOME, else of the path. Throws JAVA_MISSING or JAVA_TOO_OLD. */
export async function findJava(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const java = environment.JAVA_HOME ? join(environment.JAVA_HOME, 'bin', 'java') : 'java'
  const answer = await run(java, ['-version'], { env: environment }).catch((cause: Error) => {
    throw new KafkaError('JAVA_MISSING', `Kafka needs Java ${OLDEST_JAVA} or newer, and '${java}' does not run: ${cause.message}`)
  })
  const version = javaVersion(answer.stderr)
  if (version < OLDEST_JAVA) {
    throw new KafkaError(
      'JAVA_TOO_OLD',
      `Kafka needs Java ${OLDEST_JAVA} or newer, and '${java}' is ${version || 'of an unknown version'}.`,
    )
  }
  return java
}

/** The major version in the output of `java -version`, 0 where it names none. Before Java 9 the major version stood second ("1.8"). */
export function javaVersion(output: string): number {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? []
  return Number((first === '1' ? second : first) ?? 0)
}
