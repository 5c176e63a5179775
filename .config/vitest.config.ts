import { defineConfig } from 'vitest/config'

/** Fast tests only: no network, no other process. `*.int.test.ts` and `*.soak.test.ts` have their own configurations. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['{schemas,detectors,pipeline,dashboard,deploy}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', '**/*.int.test.ts', '**/*.soak.test.ts'],
    maxWorkers: 2,
    // Beside other work a machine may be ten times slower; a test that waits for nothing ends as soon as ever.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
