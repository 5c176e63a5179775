import { defineConfig, mergeConfig } from 'vitest/config'
import fast from './vitest.config.ts'

/** Fast tests, and those with real Kafka, a real browser and child processes. */
export default mergeConfig(
  { ...fast, test: { ...fast.test, exclude: ['**/node_modules/**', 'dist/**', '**/*.soak.test.ts'] } },
  // A busy machine needs far longer for a page or a broker than an idle one; only conditions end a wait.
  defineConfig({ test: { testTimeout: 600_000, hookTimeout: 300_000, expect: { poll: { timeout: 60_000, interval: 100 } } } }),
)
