import { defineConfig, mergeConfig } from 'vitest/config'
import fast from './vitest.config.ts'

/** Fast tests, and those with real Kafka, a real browser and child processes. */
export default mergeConfig(
  { ...fast, test: { ...fast.test, exclude: ['**/node_modules/**', 'dist/**', '**/*.soak.test.ts'] } },
  defineConfig({ test: { testTimeout: 180_000, hookTimeout: 180_000 } }),
)
