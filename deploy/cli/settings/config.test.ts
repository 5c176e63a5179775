import { expect, test } from 'vitest'
import { describeConfig, loadConfig, unknownVariables } from './config.ts'

const messageOf = (flags: Record<string, string>) => {
  try {
    loadConfig(flags, {})
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test('A setting that is refused says what it may be', () => {
  expect(messageOf({ port: '99999' })).toBe('port (from flag) must be a whole number from 0 to 65535, not "99999".')
  expect(messageOf({ 'batch-lines': '0' })).toBe('batch_lines (from flag) must be a whole number from 1, not "0".')
  expect(messageOf({ 'log-level': 'loud' })).toBe('log_level (from flag) must be one of debug, info, warn, error, not "loud".')
  expect(messageOf({ now: 'soon' })).toBe('now (from flag) must be a time such as 2026-03-02 09:00:00, not "soon".')
  expect(messageOf({ 'clickhouse-url': 'nonsense' })).toMatch('must be an address such as http://host:8123')
})

test('No password is printed, in whatever setting it stands', () => {
  const environment = {
    FUNDWATCH_CLICKHOUSE_URL: 'http://reader:hidden@store:8123/fundwatch',
    FUNDWATCH_POSTGRES_URL: 'postgres://reader:hidden@base/fundwatch',
    FUNDWATCH_ADMIN_PASSWORD: 'hidden',
  }
  const rows = describeConfig(loadConfig({}, environment))
  expect(JSON.stringify(rows)).not.toContain('hidden')
  expect(rows.find(({ name }) => name === 'clickhouse_url')?.value).toBe('http://reader:***@store:8123/fundwatch')
})

test('A variable of the environment that is no setting is noticed', () => {
  expect(unknownVariables({ FUNDWATCH_PORT: '80', FUNDWATCH_KAFKA_BROKER: 'k:9092', PATH: '/bin' })).toEqual([
    'FUNDWATCH_KAFKA_BROKER',
  ])
})
