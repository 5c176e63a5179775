import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import mgt07 from '../../detectors/mgt/mgt-07.ts'
import { settlement } from '../../detectors/testing/events.ts'
import recorded from '../../schemas/fingerprints.json' with { type: 'json' }
import { parseInstant } from '../../schemas/time.ts'
import { findDetectors } from '../catalogue.ts'
import { runShard } from '../testing/shard-run.ts'
import { storedShapes } from '../testing/stored-shapes.ts'
import { STATE_SCHEMA_VERSION } from './state-version.ts'

const PLACE = { psn_no: 'P1', fixmedins_code: 'H99010100001' }
/** One of everything that is remembered. */
const EVENTS = [
  settlement({ setl_id: 'S1', mdtrt_id: 'M1' }),
  settlement({ setl_id: 'S2', mdtrt_id: 'M2' }),
  { kind: 'void', setl_id: 'V1', orig_setl_id: 'S2', ...PLACE, setl_time: '2026-03-02 11:00:00' },
  { kind: 'admission', mdtrt_id: 'M3', ...PLACE, begntime: '2026-03-02 08:00:00' },
  { kind: 'discharge', mdtrt_id: 'M3', ...PLACE, endtime: '2026-03-03 18:00:00' },
  { kind: 'reference', table: 'price_cap', id: 'X', row: { code: 'X', cap: 1 } },
  { kind: 'heartbeat', time: '2026-03-03 18:00:00' },
]

/**
 * A data directory outlives the release that wrote it. When this fails, the stored form has changed: raise
 * `STATE_SCHEMA_VERSION` (and the version of MGT-07, if the change is its own), and append the fingerprint as
 * `schemas/fingerprint.test.ts` says.
 */
test('What is stored for one of everything is what was recorded for its version', async () => {
  const { outcomes } = await runShard(
    // Its judgement may change without its form.
    [{ ...mgt07, version: 1 }],
    EVENTS.map((event) => JSON.stringify(event)),
    { history_from: parseInstant('2026-03-02 10:00:00') },
  )
  const stored = outcomes.flatMap(({ changes }) => [...changes].sort(([a], [b]) => (a < b ? -1 : 1)))
  expect(stored.map(([key]) => key.split('|')[0])).toEqual(expect.arrayContaining(['c', 'i', 'm', 'r', 'v']))
  const digest = createHash('sha256')
  for (const [key, value] of stored) digest.update(key).update(value ?? '')
  expect(recorded.state.at(-1)).toEqual({ version: STATE_SCHEMA_VERSION, fingerprint: digest.digest('hex').slice(0, 16) })
})

/** One part a line, so that a difference names the parts. */
const FORMS = './stored-shapes.json'
const ADVICE =
  'What these parts store has another form than what was recorded for their versions, and after an upgrade the old form would ' +
  "be read as the new one: raise the detector's version, then run this test with -u. (With -u alone where nothing but the events of this test has changed.)"

test('What each part of each detector stores has the form that was recorded for its version', async () => {
  const shapes = await storedShapes(await findDetectors())
  const lines = Object.entries(shapes).map(([name, digest]) => `  ${JSON.stringify(name)}: ${JSON.stringify(digest)}`)
  await expect(`{\n${lines.join(',\n')}\n}\n`, ADVICE).toMatchFileSnapshot(FORMS)
})
