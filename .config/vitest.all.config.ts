import { FAST, testsOf, WHOLE } from './vitest.config.ts'

/** Fast tests, and those with real Kafka, a real browser and child processes. */
export default testsOf(...FAST, WHOLE)
