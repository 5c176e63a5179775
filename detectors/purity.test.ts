import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const FLOOR = new URL('.', import.meta.url)
/** Deterministic and free of I/O as they are used here (README, "Decisions"). */
const PURE = /from 'graphology(?:-communities-louvain|-components)?'/g
/** What the compiler cannot refuse, because the language itself has it; Node's and the browser's interfaces it does refuse. */
const IMPURE = /\bDate\b|\bMath\.random\b|\bperformance\b|\bimport\(|from '(?:node:|[a-z@])/

const sources = readdirSync(FLOOR, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !/\.(?:test|city)\.ts$/.test(file) && !file.startsWith('testing'),
)

test('There are detectors to look at', () => {
  expect(sources.length).toBeGreaterThan(20)
})

test.each(sources)('%s has no clock, no randomness, no package and no I/O', (file) => {
  const code = readFileSync(new URL(file, FLOOR), 'utf8')
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    .replace(PURE, '')
  expect(IMPURE.exec(code)?.[0]).toBeUndefined()
})
