import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settlement } from '../../../detectors/testing/events.ts'
import { fundwatchJson } from '../../testing/cli.ts'

test('Time passes eight days beyond the last event, though one institution alone has told of it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fundwatch-last-'))
  const [file, out] = [join(dir, 'events.ndjson'), join(dir, 'alerts.ndjson')]
  const visits = ['2026-03-02 09:00:00', '2026-03-20 09:00:00', '2026-03-20 09:03:00'].map((setl_time, i) =>
    settlement({ setl_id: `S${i + 1}`, psn_no: i === 0 ? 'P2' : 'P1', setl_time, feedetail: [{ fee_ocur_time: setl_time }] }),
  )
  await writeFile(file, visits.map((visit) => `${JSON.stringify(visit)}\n`).join(''))
  await fundwatchJson('replay', file, '--drain', '--detectors', 'MGT-01', '--data-dir', join(dir, 'data'), '--out', out)
  expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({
    ...{ detector_id: 'MGT-01', setl_ids: ['S2', 'S3'] },
    // Where nobody has acted yet, that is what stands.
    ...{ state: 'NEW', state_version: 1, owner: '' },
  })
  await rm(dir, { recursive: true })
})
