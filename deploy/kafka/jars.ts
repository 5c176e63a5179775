import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkout } from '../checkout.ts'
import { KafkaError } from './kafka-error.ts'

const run = promisify(execFile)

/** The ignored folder of the checkout that holds Kafka's jars, and the data and state of the broker of `npm run kafka:start`. */
export const kafkaFolder = join(checkout(), '.kafka')

/**
 * Java's class path for Kafka. On first use, and whenever pom.xml changed, Maven fetches the jars (some 45 MB); afterwards no
 * network is needed. Throws MAVEN_MISSING or MAVEN_FAILED.
 */
export async function kafkaClassPath(): Promise<string> {
  const pom = join(checkout(), 'deploy/kafka/pom.xml')
  const version = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex')
    .slice(0, 12)
  const jars = join(kafkaFolder, `jars-${version}`)
  if (!existsSync(jars)) await fetchJars(pom, jars)
  return join(jars, '*')
}

/** Two test processes may fetch at once: each fills a folder of its own, and the first to finish gives it the name that counts. */
async function fetchJars(pom: string, jars: string): Promise<void> {
  await mkdir(kafkaFolder, { recursive: true })
  const partial = await mkdtemp(`${jars}-`)
  try {
    await run('mvn', [
      '-q',
      '-B',
      '-f',
      pom,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${partial}`,
      '-DincludeScope=runtime',
    ])
    await rename(partial, jars)
  } catch (cause) {
    await rm(partial, { recursive: true, force: true })
    if (!existsSync(jars)) throw mavenError(cause as NodeJS.ErrnoException & { stdout?: string })
  }
}

function mavenError(cause: NodeJS.ErrnoException & { stdout?: string }): KafkaError {
  if (cause.code === 'ENOENT')
    return new KafkaError('MAVEN_MISSING', "Maven's 'mvn' is not on the path; it fetches Kafka's jars once.")
  return new KafkaError('MAVEN_FAILED', `Maven could not fetch Kafka's jars:\n${cause.stdout?.trim() || cause.message}`)
}
