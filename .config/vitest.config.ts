import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

type Project = NonNullable<TestProjectInlineConfiguration['test']>

const NEVER = ['**/node_modules/**', 'dist/**', '**/*.soak.test.ts']
const SLOW = '**/*.int.test.ts'

/** What is judged is pure: its tests share modules that were loaded once, which takes a third of the time. */
const JUDGED: Project = {
  name: 'judged',
  include: ['{schemas,detectors}/**/*.test.ts'],
  exclude: [...NEVER, SLOW],
  isolate: false,
}
/** No network, no other process. */
const CARRIED: Project = {
  name: 'carried',
  include: ['{pipeline,dashboard,deploy}/**/*.test.ts'],
  exclude: [...NEVER, SLOW],
}
/** With a real Kafka, a real PostgreSQL, a real browser, and processes of their own. */
export const WHOLE: Project = {
  name: 'whole',
  include: [`{pipeline,dashboard,deploy}/${SLOW}`],
  exclude: NEVER,
  testTimeout: 600_000,
  hookTimeout: 300_000,
}

/** A busy machine may be ten times slower; only conditions end a wait, so no test takes longer for that. */
const PATIENCE: Project = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 60_000, interval: 100 } } }

export function testsOf(...projects: readonly Project[]) {
  return defineConfig({
    test: {
      root: new URL('..', import.meta.url).pathname,
      maxWorkers: 2,
      projects: projects.map((project) => ({ test: { ...PATIENCE, ...project } })),
    },
  })
}

export const FAST = [JUDGED, CARRIED]

export default testsOf(...FAST)
