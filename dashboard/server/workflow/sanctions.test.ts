import { beforeEach, describe, expect, it, test } from 'vitest'
import { parseInstant } from '../../../schemas/time.ts'
import { anAlert } from '../../testing/alerts.ts'
import type { Database } from '../database/database.ts'
import { emptyDatabase } from '../database/testing/shared.ts'
import { applyEffects } from './effects.ts'
import type { Measure } from './machine/situation.ts'
import { lastDayOf, Sanctions } from './sanctions.ts'

const MINUTE = 60_000
let database: Database
let stored: { row: string; effective_from: string | null; effective_to: string | null; deleted: boolean }[]
let told: any[]
let now: number
let sanctions: Sanctions

beforeEach(async () => {
  database = await emptyDatabase()
  stored = []
  told = []
  now = parseInstant('2026-03-31 09:00:00')
  const records = { query: async <T>() => stored as T[] }
  const submit = async (body: Buffer) => {
    told.push(
      ...body
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    )
    return { accepted: 1, duplicates: 0, rejected: [] }
  }
  sanctions = new Sanctions(database, records, { submit }, () => now)
})

const institution = (row: object, from: string | null = null) => {
  return { row: JSON.stringify(row), effective_from: from, effective_to: null, deleted: false }
}
let measures = 0
function executed(changes: Partial<Measure>): Promise<void> {
  const done = { ordered_by: 'chen', ordered: now, executed: now, executed_by: 'li', executed_amount: null }
  const measure = { code: 'SUSPEND', ...done, measure_id: `m${++measures}`, ...changes } as const
  return applyEffects(database, anAlert(1), [{ kind: 'measure_executed', measure }], [], now)
}

test('A suspension of months ends on the day before the same day, in short months with their last day', () => {
  expect([
    lastDayOf('2026-04-01', 2),
    lastDayOf('2026-01-31', 1),
    lastDayOf('2026-12-15', 3),
    lastDayOf('2024-01-31', 1),
  ]).toEqual(['2026-05-31', '2026-02-27', '2027-03-14', '2024-02-28'])
})

describe('an agreement', () => {
  it('is suspended from the next day on, in the row that is known, whose other columns stay', async () => {
    const active = { from: '2020-01-01', to: '2029-12-31', status: 'active' }
    stored = [institution({ name: '示例医院', level: '3', agreement: [active], local: 1 }, '2020-01-01T00:00:00+08:00')]
    await executed({ measure_id: 'm', months: 2 })
    await sanctions.tell()
    expect(told).toEqual([
      {
        kind: 'reference',
        table: 'institution',
        id: 'H99010200001',
        effective_from: '2020-01-01T00:00:00+08:00',
        row: {
          name: '示例医院',
          level: '3',
          local: 1,
          agreement: [active, { from: '2026-04-01', to: '2026-05-31', status: 'suspended', measure: 'm' }],
        },
      },
    ])
  })

  it('of which nothing is known was active before', async () => {
    await executed({ measure_id: 'm', code: 'TERMINATE' })
    await sanctions.tell()
    expect(told[0].row.agreement).toEqual([{ status: 'active' }, { from: '2026-04-01', status: 'terminated', measure: 'm' }])
  })

  it('is told anew when the master data forget it, not while they say it, and not after its end', async () => {
    stored = [institution({ agreement: [{ status: 'active' }] })]
    await executed({ months: 2 })
    await sanctions.tell()
    await sanctions.tell()
    expect(told).toHaveLength(1)
    stored = [institution(told[0].row)]
    now += 2 * MINUTE
    await sanctions.tell()
    expect(told).toHaveLength(1)
    stored = [institution({ agreement: [{ status: 'active' }] })]
    now += 2 * MINUTE
    await sanctions.tell()
    expect(told).toHaveLength(2)
    now = parseInstant('2026-06-01 09:00:00')
    await sanctions.tell()
    expect(told).toHaveLength(2)
  })
})

describe('networked settlement', () => {
  it('of the person whom the finding is about is suspended for the months ordered', async () => {
    stored = [institution({ insured: [{ from: '2020-01-01', insutype: '310' }] })]
    await executed({ measure_id: 'm', code: 'SUSPEND_PSN', months: 3 })
    await sanctions.tell()
    expect(told).toEqual([
      {
        ...{ kind: 'reference', table: 'person', id: 'P9900000001' },
        row: {
          insured: [{ from: '2020-01-01', insutype: '310' }],
          status: [{ status: 'active' }, { from: '2026-04-01', to: '2026-06-30', status: 'suspended', measure: 'm' }],
        },
      },
    ])
  })
})

describe('a qualification', () => {
  const status = () => told.at(-1)?.row.status.at(-1)
  const points = async (count: number, doctor = 'D1') => {
    await executed({ code: 'POINTS', doctor, points: count })
    now += 2 * MINUTE
    await sanctions.tell()
  }

  it('is left alone below nine points of a year, suspended from nine, and ended from twelve', async () => {
    await points(4)
    await points(4)
    expect(told).toEqual([])
    await points(2)
    expect(status()).toMatchObject({ from: '2026-04-01', to: '2026-06-30', status: 'suspended' })
    await points(2)
    expect(status()).toMatchObject({ from: '2026-04-01', status: 'terminated' })
    expect(told.at(-1)).toMatchObject({ table: 'doctor', id: 'D1' })
  })

  it('is ended by twelve points for one act', async () => {
    await points(12)
    expect(status()).toMatchObject({ status: 'terminated' })
  })

  it('begins anew with the year, and each person alone', async () => {
    await points(8)
    await points(8, 'D2')
    now = parseInstant('2027-01-02 09:00:00')
    await points(8)
    expect(told).toEqual([])
  })
})
