import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { findDetectors } from '../../pipeline/catalogue.ts'
import { replayFile } from '../../pipeline/source/replay.ts'
import { TestPipeline } from '../../pipeline/testing/engine-run.ts'
import { alertsInStore } from '../../pipeline/verify/digest.ts'
import { verify } from '../../pipeline/verify/verify.ts'
import type { Alert } from '../../schemas/alert.ts'
import { convertSynthea } from './convert.ts'
import { type Row, readTable } from './table.ts'

/** Synthea output for 27 synthetic patients, from the OHDSI dbt-synthea seeds (Apache-2.0); it lies beside the project. */
const FOLDER = fileURLToPath(new URL('../../../shared/data/synthea', import.meta.url))
const AFTER_EVERYTHING = { kind: 'heartbeat', time: '2024-03-01 00:00:00' }

describe.skipIf(!existsSync(FOLDER))('Synthea (skipped where ../shared/data/synthea is absent)', () => {
  const tables: Record<string, Row[]> = {}

  beforeAll(async () => {
    for (const name of ['claims', 'claims_transactions', 'encounters', 'organizations']) {
      tables[name] = []
      for await (const row of readTable(FOLDER, name)) tables[name].push(row)
    }
  })

  test('Every claim joins an encounter and an organization', () => {
    const organizations = new Set(tables.organizations!.map(({ Id }) => Id!))
    const joined = new Set(tables.encounters!.flatMap(({ Id, ORGANIZATION }) => (organizations.has(ORGANIZATION!) ? [Id!] : [])))
    expect(tables.claims).toHaveLength(1267)
    expect(tables.claims!.filter(({ APPOINTMENTID }) => !joined.has(APPOINTMENTID!))).toEqual([])
  })

  test('The end of 164 of 5,228 transactions is 1970-01-01', () => {
    expect(tables.claims_transactions).toHaveLength(5228)
    expect(tables.claims_transactions!.filter(({ TODATE }) => TODATE!.startsWith('1970-01-01'))).toHaveLength(164)
  })

  test('Charges and payments balance, to the fen, on all but 189 claims', () => {
    const owed = sums(
      (row) => (row.TYPE === 'CHARGE' ? fen(row.AMOUNT) : row.TYPE === 'PAYMENT' ? -fen(row.PAYMENTS) : 0),
      'CLAIMID',
    )
    const unbalanced = tables.claims!.filter(({ Id }) => Math.abs(owed.get(Id!)!) > 1)
    expect(unbalanced).toHaveLength(189)
    expect(1 - unbalanced.length / tables.claims!.length).toBeCloseTo(0.851, 3)
  })

  test('Charges equal TOTAL_CLAIM_COST on 28.3 % of encounters, two fen being the limit of what binary sums call equal', () => {
    const charged = sums((row) => (row.TYPE === 'CHARGE' ? Number(row.AMOUNT) : 0), 'APPOINTMENTID')
    const off = tables.encounters!.map(({ Id, TOTAL_CLAIM_COST }) => Math.abs(charged.get(Id!)! - Number(TOTAL_CLAIM_COST)))
    expect(off.filter((yuan) => yuan < 0.02).length / off.length).toBeCloseTo(0.283, 3)
    expect(off.filter((yuan) => Math.round(yuan * 100) === 0)).toHaveLength(134)
  })

  test('All 1,267 claims pass the door, and nine alerts remain, which come to five fen', async () => {
    const { totals, alerts, checks } = await replayed()
    expect(totals).toMatchObject({ events: 1358, accepted: 1358, settlements: 1267, fee_lines: 1545, dead_letters: 0, late: 0 })
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    expect(
      alerts.map(({ detector_id, vola_amt, setl_ids }) => [detector_id, vola_amt, setl_ids.map((id) => id.slice(0, 8))]),
    ).toEqual([
      // One person's eleven claims at one institution within an hour that is usually quiet.
      [
        'ANO-05',
        0,
        [
          ...['1a8e7eb1', '33f5f197', '38421788', '61660b64', '77a70459', '96ad1b04', '9f9b91fc'],
          ...['ad549f53', 'be3e7f66', 'c3379e20', 'fc918a00'],
        ],
      ],
      // Two visits of one person to one institution at the same second, each with the same two drugs.
      ['MGT-01', 0, ['61660b64', '96ad1b04']],
      ['MGT-01', 0, ['77a70459', 'be3e7f66']],
      // A stay of one day, and a line charged to it five to seven days later.
      ['MGT-03', 0, ['3d536ead']],
      ['MGT-03', 0.01, ['5a618f27']],
      ['MGT-03', 0.02, ['6d9c160b']],
      ['MGT-03', 0.02, ['e3ff3958']],
      // A death certificate, written a week after the death.
      ['MGT-22', 0, ['5a453cb1']],
      ['MGT-22', 0, ['960c7306']],
    ])
  })

  function sums(amount: (row: Row) => number, by: string): Map<string, number> {
    const totals = new Map<string, number>()
    for (const row of tables.claims_transactions!) totals.set(row[by]!, (totals.get(row[by]!) ?? 0) + amount(row))
    return totals
  }
})

function fen(yuan: string | undefined): number {
  return Math.round(Number(yuan) * 100)
}

async function replayed() {
  const detectors = await findDetectors()
  const directory = mkdtempSync(join(tmpdir(), 'fundwatch-synthea-'))
  const pipeline = await new TestPipeline(detectors).open()
  try {
    const file = join(directory, 'events.ndjson')
    await writeFile(file, eventLines())
    const totals = await replayFile(file, pipeline.engine, pipeline.memory)
    const { checks } = await verify(pipeline.store, pipeline.memory, detectors)
    return { totals, checks, alerts: sorted(await alertsInStore(pipeline.store)) }
  } finally {
    await pipeline.remove()
    rmSync(directory, { recursive: true })
  }
}

async function* eventLines(): AsyncGenerator<string> {
  for await (const event of convertSynthea(FOLDER)) yield `${JSON.stringify(event)}\n`
  yield JSON.stringify(AFTER_EVERYTHING)
}

function sorted(alerts: readonly Alert[]): Alert[] {
  const name = ({ detector_id, setl_ids }: Alert) => `${detector_id}|${setl_ids[0]}`
  return [...alerts].sort((a, b) => (name(a) < name(b) ? -1 : 1))
}
