import { expect, test } from 'vitest'
import { findJava, javaVersion } from './java.ts'

test('the major version is read from what java prints, in the form before and since Java 9', () => {
  expect(javaVersion('openjdk version "17.0.15" 2025-04-15')).toBe(17)
  expect(javaVersion('openjdk version "21" 2023-09-19')).toBe(21)
  expect(javaVersion('java version "1.8.0_392"')).toBe(8)
  expect(javaVersion('no such thing')).toBe(0)
})

test('a machine without Java is told what Kafka needs', async () => {
  await expect(findJava({ JAVA_HOME: '/no/java/here' })).rejects.toMatchObject({
    code: 'JAVA_MISSING',
    message: expect.stringContaining('Java 17 or newer'),
  })
})
