import { expect, test } from 'vitest'
import { importersOf } from './importers.ts'

const SOURCES = new Map([
  ['mgt/mgt-05.test.ts', "import detector from './mgt-05.ts'"],
  ['mgt/mgt-05.ts', "import { DAY } from '../../schemas/time.ts'\nimport {\n  windowRule,\n} from '../kit/parts/window.ts'"],
  ['mgt/mgt-06.ts', "import { stayRule } from '../kit/stays/stay.ts'"],
  ['kit/parts/window.ts', "export { without } from './entries.ts'"],
  ['kit/parts/entries.ts', ''],
  ['kit/stays/stay.ts', '// as in kit/parts/window.ts'],
])

test('A file of the kit is imported directly, through others, and by their tests', () => {
  expect(importersOf('kit/parts/entries.ts', SOURCES)).toEqual([
    ...['kit/parts/entries.ts', 'kit/parts/window.ts', 'mgt/mgt-05.ts', 'mgt/mgt-05.test.ts'],
  ])
  expect(importersOf('mgt/mgt-06.ts', SOURCES)).toEqual(['mgt/mgt-06.ts'])
})
