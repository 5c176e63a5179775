import { ALL, tests } from './vitest.config.ts'

/** Fast tests, and those with real Kafka, a real browser and child processes. */
export default tests(ALL, { test: 600_000, hook: 300_000 })
