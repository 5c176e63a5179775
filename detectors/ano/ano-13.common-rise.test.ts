import { expect, test } from 'vitest'
import { commonRises } from './ano-13.common-rise.ts'

const of = (kind: string, n: number) => ({ kind, z: { n } })
const rises = (residuals: Parameters<typeof commonRises<'n'>>[0], least = 3) =>
  Object.fromEntries([...commonRises(residuals, ['n'], least)].map(([code, { n }]) => [code, n]))

test('What most of a county or of a kind have seen is common, whichever is more', () => {
  const residuals = {
    ...{ H99010100001: of('hospital', 3), H99010200001: of('hospital', 4), H99010300001: of('hospital', 9) },
    ...{ P99010100001: of('pharmacy', 1), P99010100002: of('pharmacy', 2), P99010200001: of('pharmacy', -1) },
  }
  expect(rises(residuals)).toEqual({
    ...{ H99010100001: 4, H99010200001: 4, H99010300001: 4 },
    ...{ P99010100001: 2, P99010100002: 2, P99010200001: 1 },
  })
})

test('Few, and those of whom no kind is known, have nothing in common; a fall is no rise', () => {
  const three = (kind: string, n: number) => ({ H1: of(kind, n), H2: of(kind, n), H3: of(kind, n) })
  expect(rises(three('hospital', 5))).toEqual({ H1: 5, H2: 5, H3: 5 })
  expect(rises(three('hospital', 5), 4)).toEqual({ H1: 0, H2: 0, H3: 0 })
  expect(rises(three('', 5))).toEqual({ H1: 0, H2: 0, H3: 0 })
  expect(rises(three('hospital', -5))).toEqual({ H1: 0, H2: 0, H3: 0 })
})
