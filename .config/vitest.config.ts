import { defineConfig } from 'vitest/config'

/** Fast tests only: no network, no other process. `*.int.test.ts` and `*.soak.test.ts` have their own configurations. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['{schemas,detectors,pipeline,dashboard,deploy}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', '**/*.int.test.ts', '**/*.soak.test.ts'],
    maxWorkers: 2,
    testTimeout: 20_000,
  },
})
