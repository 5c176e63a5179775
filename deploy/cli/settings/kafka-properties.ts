import { readFileSync } from 'node:fs'
import { FundwatchError } from '../../../schemas/errors.ts'

/**
 * Reads `name=value` lines, as Kafka's own tools do; empty lines and those that begin with `#` are passed over. Secrets of
 * TLS and SASL so stay in a file of their own, which only the service's account can read.
 * @throws FundwatchError KAFKA_PROPERTIES_INVALID, naming the line and never the value
 */
export function readProperties(path: string): Record<string, string> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new FundwatchError('KAFKA_PROPERTIES_INVALID', `${path}: ${(error as Error).message}`, { cause: error })
  }
  const properties: Record<string, string> = {}
  text.split('\n').forEach((line, i) => {
    const content = line.trim()
    if (content === '' || content.startsWith('#')) return
    const at = content.indexOf('=')
    if (at <= 0) throw new FundwatchError('KAFKA_PROPERTIES_INVALID', `${path}:${i + 1}: is not name=value.`)
    properties[content.slice(0, at).trim()] = content.slice(at + 1).trim()
  })
  return properties
}
