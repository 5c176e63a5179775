import { beforeEach, expect, onTestFailed } from 'vitest'

const shared = globalThis as { failedCopies?: Set<string> }
shared.failedCopies ??= new Set()
/** The copies that were noticed already, as far as this worker has tried them: a copy may have several test files. */
const failed = shared.failedCopies

/** Once a copy is noticed, its further tests tell nothing new. */
beforeEach(({ skip }) => {
  const [copy = ''] = (expect.getState().testPath ?? '').split('/detectors/')
  if (failed.has(copy)) skip()
  onTestFailed(() => {
    failed.add(copy)
  })
})
