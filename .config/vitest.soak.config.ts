import { defineConfig } from 'vitest/config'

/** Long runs, started by hand. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['{pipeline,dashboard,deploy}/**/*.soak.test.ts'],
    testTimeout: 14_400_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
})
