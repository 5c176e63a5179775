import { FAST, testsOf, WHOLE } from './vitest.config.ts'
import { WholeFirst } from './whole-first.ts'

const all = testsOf(...FAST, WHOLE)

/**
 * Fast tests, and those with real Kafka, a real browser and child processes. These wait for brokers, clocks and each other nearly
 * half of their time: three at once keep two cores busy.
 */
export default { test: { ...all.test, maxWorkers: 3, sequence: { sequencer: WholeFirst } } }
