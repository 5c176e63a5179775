import { expect, test } from 'vitest'
import { draftsIn } from './screen.drafts.ts'

test('A file holds one draft over many lines, or one on each; empty lines are none', () => {
  expect(draftsIn('{\n "setl_id": "S1"\n}\n')).toEqual([{ line: 1, draft: { setl_id: 'S1' } }])
  expect(draftsIn('{"setl_id":"S1"}\n\n{"setl_id":"S2"}\r\n')).toEqual([
    { line: 1, draft: { setl_id: 'S1' } },
    { line: 3, draft: { setl_id: 'S2' } },
  ])
})

test('A line that is no JSON is named, and the others are drafts all the same', () => {
  expect(draftsIn('{"setl_id":"S1"}\n{"setl_id":\n{"setl_id":"S3"}')).toEqual([
    { line: 1, draft: { setl_id: 'S1' } },
    { line: 2, error: { code: 'JSON_INVALID', message: 'Line 2 is no JSON.' } },
    { line: 3, draft: { setl_id: 'S3' } },
  ])
})
