import { fileURLToPath } from 'node:url'
import type { Reporter, TestModule } from 'vitest/node'
import { startVitest } from 'vitest/node'
import { fromRepository } from './scratch.ts'

export interface Trial {
  readonly scratch: string
  /** Of the test files, from the scratch. */
  readonly include: readonly string[]
  readonly only?: RegExp
  readonly workers: number
}

/** Runs the tests of all copies in one process or few, and tells by which test each copy was noticed, `''` where by none. */
export async function noticed({ scratch, include, only, workers }: Trial): Promise<ReadonlyMap<string, string>> {
  const verdicts = new Map<string, string>()
  const reporter: Reporter = {
    onTestModuleEnd(module) {
      const [name = ''] = module.moduleId.slice(scratch.length + 1).split('/')
      // A copy may have several test files, one of which suffices.
      verdicts.set(name, verdicts.get(name) || complaintOf(module))
    },
  }
  const vitest = await startVitest(
    'test',
    [],
    {
      ...{ root: scratch, config: false, watch: false, include: [...include], cache: false },
      ...{ pool: 'threads', isolate: false, maxWorkers: workers, reporters: [reporter], silent: true },
      ...{ setupFiles: [fileURLToPath(new URL('first-failure.ts', import.meta.url))] },
      ...{ testTimeout: 180_000, hookTimeout: 180_000 },
      ...(only && { testNamePattern: only }),
    },
    { plugins: [fromRepository(scratch)], cacheDir: `${scratch}/.cache`, logLevel: 'error' },
  )
  const crashes = vitest.state.getUnhandledErrors()
  await vitest.close()
  // Whoever runs this from the command line answers for the exit code, not each copy that fails.
  process.exitCode = 0
  if (crashes.length > 0) throw new AggregateError(crashes, 'Vitest stumbled.')
  return verdicts
}

function complaintOf(module: TestModule): string {
  for (const test of module.children.allTests('failed')) return test.fullName
  return module.ok() ? '' : 'the file does not load'
}
