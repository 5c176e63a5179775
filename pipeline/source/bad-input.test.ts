import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import mgt01 from '../../detectors/mgt/mgt-01.ts'
import mgt18 from '../../detectors/mgt/mgt-18.ts'
import pol01 from '../../detectors/pol/pol-01.ts'
import { discharge, HOSPITAL, heartbeat, settlement, voidOf } from '../../detectors/testing/events.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { listDeadLetters } from '../verify/dead-letters.ts'
import { verify } from '../verify/verify.ts'
import { replayFile } from './replay.ts'

const DETECTORS = [pol01, mgt01, mgt18]
const MEGABYTE = 1024 * 1024

let serial = 0
/** A settlement of its own, with something in it that is not as it should be. */
function bad(given: Record<string, unknown>): Record<string, unknown> {
  return { ...settlement({ setl_id: `BAD${serial++}` }), ...given }
}
function badLine(given: Record<string, unknown>): Record<string, unknown> {
  const whole = settlement({ setl_id: `BAD${serial++}` })
  return { ...whole, feedetail: [{ ...(whole.feedetail as object[])[0], ...given }] }
}

const known = settlement({ setl_id: 'KNOWN', medfee_sumamt: 12.5 })
const voided = settlement({ setl_id: 'VOIDED', psn_no: 'P8' })
const [ACCEPTED, DUPLICATE, EMPTY] = ['accepted', 'duplicate', 'empty'] as const

/** What comes of each line. */
const LINES: readonly (readonly [line: string | Buffer | object, becomes: string])[] = [
  [`\ufeff${JSON.stringify(HOSPITAL)}`, ACCEPTED],
  ['\ufeff', EMPTY],
  [known, ACCEPTED],
  ['{"kind":"settlement","setl_id":', 'JSON_INVALID'],
  ['not JSON at all', 'JSON_INVALID'],
  [`${JSON.stringify(known)}}`, 'JSON_INVALID'],
  ['['.repeat(200_000), 'JSON_INVALID'],
  ['', EMPTY],
  [' \t\r', EMPTY],
  ['[]', 'TYPE_INVALID'],
  ['null', 'TYPE_INVALID'],
  ['42', 'TYPE_INVALID'],
  ['{}', 'FIELD_MISSING'],
  [{ ...known, kind: 'settlment' }, 'KIND_UNKNOWN'],
  [{ ...known, kind: 7 }, 'KIND_UNKNOWN'],
  [{ ...known, kind: 'constructor' }, 'KIND_UNKNOWN'],
  [bad({ psn_no: undefined }), 'FIELD_MISSING'],
  [bad({ insu_admdvs: '' }), 'FIELD_MISSING'],
  [bad({ medfee_sumamt: null }), 'FIELD_MISSING'],
  [badLine({ cnt: null }), 'FIELD_MISSING'],
  [badLine({ fee_ocur_time: undefined }), 'FIELD_MISSING'],
  [bad({ setl_id: 12345 }), 'TYPE_INVALID'],
  [bad({ medfee_sumamt: 'twelve' }), 'TYPE_INVALID'],
  [bad({ medfee_sumamt: '0x10' }), 'TYPE_INVALID'],
  [bad({ fund_pay_sumamt: true }), 'TYPE_INVALID'],
  [bad({ feedetail: {} }), 'TYPE_INVALID'],
  [bad({ feedetail: [null] }), 'TYPE_INVALID'],
  [bad({ diseinfo: 'J06.900' }), 'TYPE_INVALID'],
  [bad({ med_type: 1.5 }), 'TYPE_INVALID'],
  [bad({ setl_time: 1_767_600_000 }), 'TYPE_INVALID'],
  [
    { kind: 'inventory', inv_type: 'purchse', fixmedins_code: 'P1', med_list_codg: 'X', cnt: 1, time: '2026-03-02' },
    'TYPE_INVALID',
  ],
  [bad({ medfee_sumamt: 1e14 }), 'NUMBER_RANGE'],
  [bad({ medfee_sumamt: '-99999999999999999' }), 'NUMBER_RANGE'],
  [JSON.stringify(bad({ medfee_sumamt: 17 })).replace('"medfee_sumamt":17', '"medfee_sumamt":1e999'), 'NUMBER_RANGE'],
  [badLine({ cnt: 1e300 }), 'NUMBER_RANGE'],
  [bad({ setl_time: 'yesterday' }), 'TIME_INVALID'],
  [bad({ setl_time: '2026-02-30 10:00:00' }), 'TIME_INVALID'],
  [bad({ setl_time: '2026-03-02 25:00:00' }), 'TIME_INVALID'],
  [bad({ setl_time: '20260302100000' }), 'TIME_INVALID'],
  [bad({ brdy: '1960-13-01' }), 'TIME_INVALID'],
  [badLine({ fee_ocur_time: '02/03/2026' }), 'TIME_INVALID'],
  [bad({ setl_time: '2031-01-01 00:00:00' }), 'TIME_FUTURE'],
  [Buffer.from('{"kind":"heartbeat","time":"2026-03-02 00:00:00","x":"\xff\xfe"}', 'latin1'), 'ENCODING_INVALID'],
  [{ kind: 'reference', table: 'prices', id: 'x', row: {} }, 'REFERENCE_INVALID'],
  [{ kind: 'reference', table: 'price_cap', row: {} }, 'REFERENCE_INVALID'],
  [{ kind: 'reference', table: 'price_cap', id: 'x', row: { cap: 'much' } }, 'REFERENCE_INVALID'],
  [{ kind: 'reference', table: 'institution', id: 'P1', row: { open_hours: '8-22' } }, 'REFERENCE_INVALID'],
  [known, DUPLICATE],
  [{ ...Object.fromEntries(Object.entries(known).reverse()), medfee_sumamt: '12.50' }, DUPLICATE],
  [{ ...known, medfee_sumamt: 12.51 }, 'CONFLICT'],
  [{ ...known, unknown_field: 1 }, 'CONFLICT'],
  [voided, ACCEPTED],
  [{ ...voidOf(voided, '2026-03-02 12:00:00'), psn_no: 'P9' }, 'VOID_MISMATCH'],
  [{ ...voidOf(voided, '2026-03-02 12:00:00'), fixmedins_code: 'H99010199999' }, 'VOID_MISMATCH'],
  [bad({ refd_setl_flag: '1', medfee_sumamt: -77 }), 'VOID_UNMATCHED'],
  [voidOf(voided, '2026-03-02 12:00:00'), ACCEPTED],
  [settlement({ setl_id: 'LONG', note: 'x'.repeat(5 * MEGABYTE) }), ACCEPTED],
  [settlement({ setl_id: 'MANY', feedetail: Array.from({ length: 20_000 }, () => ({})) }), ACCEPTED],
  [`{"kind":"settlement","setl_id":"${'x'.repeat(5 * MEGABYTE)}`, 'JSON_INVALID'],
  [settlement({ setl_id: 'HUGE', note: 'x'.repeat(16 * MEGABYTE) }), 'TOO_LARGE'],
  [settlement({ setl_id: 'x'.repeat(10_000), psn_no: '\u0000\ud800"\\' }), ACCEPTED],
  [discharge({ mdtrt_id: 'M1', extra: { __proto__: null, nested: [[[]]] } }), ACCEPTED],
  [heartbeat('2026-03-05 00:00:00'), ACCEPTED],
]

let folder: string
let pipeline: TestPipeline

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fundwatch-bad-'))
  pipeline = await new TestPipeline(DETECTORS).open()
})
afterEach(async () => {
  await pipeline.remove()
  rmSync(folder, { recursive: true })
})

test('Every bad line is a dead letter with its code and line, every other is processed, and the counts add up', async () => {
  const file = join(folder, 'bad.ndjson')
  const bytes = LINES.map(([line]) =>
    Buffer.isBuffer(line) ? line : Buffer.from(typeof line === 'string' ? line : JSON.stringify(line)),
  )
  writeFileSync(file, Buffer.concat(bytes.flatMap((line) => [line, Buffer.from('\n')])))
  const totals = await replayFile(file, pipeline.engine, pipeline.memory, { size: { lines: 7, bytes: 64 * MEGABYTE } })

  const isCode = (becomes: string) => becomes === becomes.toUpperCase()
  const expected = LINES.flatMap(([, becomes], i) => (isCode(becomes) ? [{ line: i + 1, code: becomes }] : []))
  const letters = await listDeadLetters(pipeline.store)
  expect(letters.map(({ line, code }) => ({ line, code }))).toEqual(expected)

  const count = (what: string) => LINES.filter(([, becomes]) => becomes === what).length
  expect(totals).toMatchObject({
    events: LINES.length - count(EMPTY),
    accepted: count(ACCEPTED),
    duplicates: count(DUPLICATE),
    dead_letters: expected.length,
  })
  const { checks } = await verify(pipeline.store, pipeline.memory, DETECTORS)
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
})

test('A dead letter names the field and keeps the line as it came, so that it can be corrected', async () => {
  const file = join(folder, 'bad.ndjson')
  const line = JSON.stringify(badLine({ cnt: 'two' }))
  writeFileSync(file, line)
  await replayFile(file, pipeline.engine, pipeline.memory)
  expect(await listDeadLetters(pipeline.store)).toMatchObject([
    { field: 'feedetail[0].cnt', message: expect.stringContaining('feedetail[0].cnt'), bytes: line },
  ])
})

test('What is known otherwise, or lies in the future, names its field as its sender does', async () => {
  const file = join(folder, 'bad.ndjson')
  const void_ = voidOf(voided, '2026-03-02 12:00:00')
  const lines = [
    known,
    voided,
    { ...known, medfee_sumamt: 12.51 },
    bad({ setl_time: '2031-01-01 00:00:00' }),
    { ...void_, psn_no: 'P9' },
  ]
  const stay = discharge({ mdtrt_id: 'M2', endtime: '2031-01-01 00:00:00' })
  writeFileSync(file, [...lines, stay].map((line) => JSON.stringify(line)).join('\n'))
  await replayFile(file, pipeline.engine, pipeline.memory)
  expect((await listDeadLetters(pipeline.store)).map(({ code, field }) => [code, field])).toEqual([
    ['CONFLICT', 'setl_id'],
    ['TIME_FUTURE', 'setl_time'],
    ['VOID_MISMATCH', 'orig_setl_id'],
    ['TIME_FUTURE', 'endtime'],
  ])
})
