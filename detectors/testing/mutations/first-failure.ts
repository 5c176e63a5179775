import { beforeEach, onTestFailed } from 'vitest'

let hasFailed = false

/** Once a copy is noticed, its further tests tell nothing new. Loaded anew for each test file. */
beforeEach(({ skip }) => {
  if (hasFailed) skip()
  onTestFailed(() => {
    hasFailed = true
  })
})
