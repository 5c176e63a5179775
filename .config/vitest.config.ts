import { defineConfig } from 'vitest/config'

const NEVER = ['**/node_modules/**', 'dist/**', '**/*.soak.test.ts']
const SLOW = '**/*.int.test.ts'

/** What is judged is pure: its tests can share modules that were loaded once, which takes a third of the time. */
const pure = { name: 'judged', include: ['{schemas,detectors}/**/*.test.ts'], exclude: [...NEVER, SLOW], isolate: false }
const carried = { name: 'carried', include: ['{pipeline,dashboard,deploy}/**/*.test.ts'], exclude: [...NEVER, SLOW] }
const whole = { name: 'whole', include: [`{pipeline,dashboard,deploy}/${SLOW}`], exclude: NEVER }

/** Projects of their own: fast tests need no network and no other process. Only conditions end a wait, however busy the machine. */
export function tests(projects: readonly (typeof pure | typeof carried)[], timeout: { test: number; hook: number }) {
  return defineConfig({
    test: {
      root: new URL('..', import.meta.url).pathname,
      maxWorkers: 2,
      projects: projects.map((test) => ({
        test: {
          ...test,
          testTimeout: timeout.test,
          hookTimeout: timeout.hook,
          expect: { poll: { timeout: 60_000, interval: 100 } },
        },
      })),
    },
  })
}

export const FAST = [pure, carried]
export const ALL = [pure, carried, whole]

export default tests(FAST, { test: 60_000, hook: 120_000 })
