import { FAST, testsOf, WHOLE } from './vitest.config.ts'
import { WholeFirst } from './whole-first.ts'

/** Fast tests, and those with real Kafka, a real browser and child processes. */
const all = testsOf(...FAST, WHOLE)
export default { test: { ...all.test, sequence: { sequencer: WholeFirst } } }
