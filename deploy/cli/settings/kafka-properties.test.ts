import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readProperties } from './kafka-properties.ts'

const path = join(mkdtempSync(join(tmpdir(), 'fundwatch-properties-')), 'client.properties')

test('Properties are read as Kafka’s own tools read them', () => {
  writeFileSync(path, '# TLS\nsecurity.protocol = sasl_ssl\n\nsasl.password=a=b\n')
  expect(readProperties(path)).toEqual({ 'security.protocol': 'sasl_ssl', 'sasl.password': 'a=b' })
})

test('A line that says nothing is named, without what it holds', () => {
  writeFileSync(path, 'security.protocol=ssl\nnot-a-secret\n')
  const fault = { code: 'KAFKA_PROPERTIES_INVALID', message: `${path}:2: is not name=value.` }
  expect(() => readProperties(path)).toThrow(expect.objectContaining(fault))
  expect(() => readProperties('absent')).toThrow(expect.objectContaining({ code: 'KAFKA_PROPERTIES_INVALID' }))
})
