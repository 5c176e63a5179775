import { afterEach, expect, test } from 'vitest'
import pol01 from '../../detectors/pol/pol-01.ts'
import { discharge, settlement, voidOf } from '../../detectors/testing/events.ts'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Store } from '../store/store.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { alertsInStore } from '../verify/digest.ts'
import { verify } from '../verify/verify.ts'
import { chunkOfText, NO_EVENTS, type SourceChunk } from './chunk.ts'
import type { Round } from './journal.ts'

const cap = { kind: 'reference', table: 'price_cap', id: 'c', row: { code: 'XJ01CAA040E001010100001', cap: 8 } }
let pipeline: TestPipeline

afterEach(() => pipeline.remove())

test('What is acknowledged is stored, judged and reconciled', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const original = settlement({ setl_id: 'S1' })
  const receipt = await pipeline.send([
    cap,
    original,
    settlement({ setl_id: 'S2' }),
    original,
    '{broken',
    '',
    voidOf(original, '2026-03-02 17:00:00'),
  ])
  expect(receipt).toMatchObject({ events: 6, accepted: 4, duplicates: 1, settlements: 2 })
  expect(receipt.rejected).toMatchObject([{ row: 4, code: 'JSON_INVALID' }])
  const result = await verify(pipeline.store, pipeline.memory, [pol01])
  expect(result.checks.filter(({ ok }) => !ok)).toEqual([])
  expect(result).toMatchObject({ ok: true, alerts: 2, retracted: 1 })
})

test('A row that someone removed is found', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  await pipeline.send([cap, settlement({ setl_id: 'S1' }), settlement({ setl_id: 'S2' })])
  await pipeline.store.forgetBatches([1])
  expect((await verify(pipeline.store, pipeline.memory, [pol01])).ok).toBe(false)
})

test('A void finds its original in the store, and a refund row its settlement by visit and amount', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const [first, second] = [settlement({ setl_id: 'S1' }), settlement({ setl_id: 'S2', certno: '99010119600203000X' })]
  await pipeline.send([cap, first, second])
  const refund = { ...second, setl_id: 'R2', medfee_sumamt: -(second.medfee_sumamt as number), setl_time: '2026-03-02 18:00:00' }
  const lost = { ...refund, setl_id: 'R3', mdtrt_id: 'unknown' }
  const receipt = await pipeline.send([voidOf(first, '2026-03-02 17:00:00'), refund, lost])
  expect(receipt.rejected).toMatchObject([{ row: 2, code: 'VOID_UNMATCHED' }])
  const alerts = await alertsInStore(pipeline.store)
  expect(alerts.map(({ status, retract_reason }) => [status, retract_reason])).toEqual([
    ['retracted', 'VOIDED'],
    ['retracted', 'VOIDED'],
  ])
})

test('A refund row takes back what was settled before it, not what its visit was settled with anew', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const bill = settlement({ setl_id: 'S1' })
  const refund = { ...bill, setl_id: 'R1', medfee_sumamt: -(bill.medfee_sumamt as number), setl_time: '2026-03-02 18:00:00' }
  const anew = { ...bill, setl_id: 'S2', setl_time: '2026-03-02 18:03:00' }
  expect((await pipeline.send([cap, bill, refund, anew])).rejected).toEqual([])
  const alerts = await alertsInStore(pipeline.store)
  expect(alerts.map(({ setl_ids, status }) => `${setl_ids} ${status}`).sort()).toEqual(['S1 retracted', 'S2 open'])
  // However late the refund row comes.
  const late = { ...refund, setl_id: 'R2', setl_time: '2026-03-02 18:02:00', mdtrt_id: 'ANOTHER' }
  await pipeline.send(
    ['S3', 'S4'].map((setl_id, i) => ({ ...bill, setl_id, mdtrt_id: 'ANOTHER', setl_time: `2026-03-02 18:0${i * 4}:00` })),
  )
  expect((await pipeline.send([late])).rejected).toEqual([])
})

test('Identity data never reach the store, not even in a line that cannot be read', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const secret = '990101196002030019'
  const named = settlement({ setl_id: 'S1', certno: secret, psn_name: '张三丰' })
  await pipeline.send([
    named,
    { ...named, setl_id: 'S2', setl_time: 'never' },
    `{"certno":"${secret}", broken`,
    `{"text":"${secret}"`,
  ])
  const kept = await pipeline.store.query(
    `SELECT raw AS text FROM raw_event UNION ALL SELECT concat(bytes, message) FROM dead_letter`,
  )
  expect(kept).toHaveLength(4)
  expect(JSON.stringify(kept)).not.toMatch(/990101196002030019|张三丰/)
  expect(JSON.stringify(kept)).toContain('hmac:')
})

test('A store that fails after it has stored, is repeated after the restart and holds everything once', async () => {
  pipeline = await new TestPipeline([pol01]).open((store) => failing(store, 'alert_log'))
  const events = [cap, settlement({ setl_id: 'S1' }), settlement({ setl_id: 'S2' })]
  await expect(pipeline.send(events)).rejects.toThrow('planned')
  await expect(pipeline.send(events)).rejects.toThrow('planned')
  await pipeline.close()
  await pipeline.open(undefined, () => true)
  expect(pipeline.engine.journal.round).toMatchObject([{ source: 'test', first: 0, last: 2 }])
  await pipeline.send(events)
  expect(await pipeline.count('settlement')).toBe(2)
  expect(await pipeline.count('alert_log')).toBe(2)
  expect((await verify(pipeline.store, pipeline.memory, [pol01])).ok).toBe(true)
})

test('Ranges of several partitions that a crash left half written come again together; before them nothing is taken', async () => {
  const rangeOf = (partition: number, ...events: object[]): SourceChunk => {
    const place = { source: 'test', partition, replayable: true, clock: String(partition) }
    return { ...NO_EVENTS, ...chunkOfText(events.map((event) => JSON.stringify(event)).join('\n')), ...place }
  }
  const chunks = [
    rangeOf(0, cap, settlement({ setl_id: 'S1' })),
    rangeOf(1, settlement({ setl_id: 'S2' })),
    { ...NO_EVENTS, reading: ['0'] },
  ]
  const ranges = (round: Round = []) => chunks.map((chunk, i) => ({ ...chunk, repeats: round[i] }))
  const together = async (round?: Round) => (await pipeline.engine.submitTogether(ranges(round))).done
  pipeline = await new TestPipeline([pol01]).open((store) => failing(store, 'alert_log'))
  await expect(together()).rejects.toThrow('planned')
  await pipeline.close()
  pipeline.now += 1_000
  await pipeline.open(undefined, () => true)
  const { round } = pipeline.engine.journal
  expect(round.map(({ partition, last, batch, reading }) => [partition, last, batch, reading])).toEqual([
    [0, 1, 1, undefined],
    [1, 0, 2, undefined],
    [0, -1, 3, ['0']],
  ])
  await expect(pipeline.send([settlement({ setl_id: 'S3' })], 'other')).rejects.toMatchObject({ code: 'BUSY' })
  expect(await together(round)).toMatchObject([{ accepted: 2 }, { accepted: 1 }, { accepted: 0 }])
  await pipeline.send([settlement({ setl_id: 'S3' })], 'other')
  expect(await pipeline.store.query('SELECT id, batch, partition, offset FROM raw_event ORDER BY batch, offset')).toEqual([
    { id: 'price_cap/c', batch: 1, partition: 0, offset: 0 },
    { id: 'S1', batch: 1, partition: 0, offset: 1 },
    { id: 'S2', batch: 2, partition: 1, offset: 0 },
    { id: 'S3', batch: 4, partition: 0, offset: 0 },
  ])
  expect(await pipeline.store.query('SELECT batch, partition, told FROM batch ORDER BY batch')).toEqual([
    { batch: 1, partition: 0, told: '' },
    { batch: 2, partition: 1, told: '' },
    { batch: 3, partition: 0, told: '[{"reading":["0"]}]' },
    { batch: 4, partition: 0, told: '' },
  ])
  expect((await verify(pipeline.store, pipeline.memory, [pol01])).ok).toBe(true)
})

test('What was begun to be given up is not repeated, though its source is there again: its rows may be gone', async () => {
  pipeline = await new TestPipeline([pol01]).open((store) => failing(store, 'batch'))
  const events = [cap, settlement({ setl_id: 'S1' })]
  await expect(pipeline.send(events)).rejects.toThrow('planned')
  await pipeline.close()
  await expect(pipeline.open((store) => cutOff(store))).rejects.toThrow('planned')
  await pipeline.store.close()
  await pipeline.memory.close()
  await pipeline.open(undefined, () => true)
  expect(pipeline.engine.journal.round).toEqual([])
  await pipeline.send(events)
  expect(await pipeline.count('settlement')).toBe(1)
  expect((await verify(pipeline.store, pipeline.memory, [pol01])).ok).toBe(true)
})

test('A range that nobody goes on with is removed at the next start', async () => {
  pipeline = await new TestPipeline([pol01]).open((store) => failing(store, 'batch'))
  await expect(pipeline.send([cap, settlement({ setl_id: 'S1' })])).rejects.toThrow('planned')
  await pipeline.close()
  await pipeline.open()
  expect(await pipeline.count('settlement')).toBe(0)
  await pipeline.send([cap, settlement({ setl_id: 'S1' })])
  expect(await pipeline.count('settlement')).toBe(1)
  expect((await verify(pipeline.store, pipeline.memory, [pol01])).ok).toBe(true)
})

test('A second discharge with a later ingest time is a correction; with an earlier one a conflict', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const told = (endtime: string, ingest_time: string) => discharge({ mdtrt_id: 'M1', endtime, ingest_time })
  const receipt = await pipeline.send([
    told('2026-03-05 10:00:00', '2026-03-05 11:00:00'),
    told('2026-03-06 10:00:00', '2026-03-06 11:00:00'),
    told('2026-03-07 10:00:00', '2026-03-05 12:00:00'),
  ])
  expect(receipt).toMatchObject({ accepted: 2, rejected: [{ row: 2, code: 'CONFLICT' }] })
})

test('A discharge that was corrected since is a duplicate when it comes again: whoever replays a file contradicts nobody', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const told = (endtime: string, ingest_time: string) => discharge({ mdtrt_id: 'M1', endtime, ingest_time })
  const file = [
    told('2026-03-05 10:00:00', '2026-03-05 11:00:00'),
    told('2026-03-06 10:00:00', '2026-03-06 11:00:00'),
    told('2026-03-07 10:00:00', '2026-03-07 11:00:00'),
  ]
  expect(await pipeline.send(file)).toMatchObject({ accepted: 3, rejected: [] })
  expect(await pipeline.send(file)).toMatchObject({ accepted: 0, duplicates: 3, rejected: [] })
})

test('A void and a settlement of one id contradict each other, in one batch or in two', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const [first, second] = [settlement({ setl_id: 'S1' }), settlement({ setl_id: 'S2' })]
  const named = (setl_id: string) => ({ ...voidOf(first, '2026-03-02 17:00:00'), setl_id })
  const receipt = await pipeline.send([first, second, named('S2'), named('V1'), settlement({ setl_id: 'V1' })])
  expect(receipt).toMatchObject({ accepted: 3, duplicates: 0 })
  const refused = [
    { row: 2, code: 'CONFLICT' },
    { row: 4, code: 'CONFLICT' },
  ]
  expect(receipt.rejected).toMatchObject(refused)
  const later = await pipeline.send([named('S1'), settlement({ setl_id: 'V1' })])
  expect(later).toMatchObject({ accepted: 0, duplicates: 0, rejected: [{ code: 'CONFLICT' }, { code: 'CONFLICT' }] })
})

test('A void that comes again is a duplicate in other bytes, and a conflict with other content', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const original = settlement({ setl_id: 'S1' })
  const reversal = voidOf(original, '2026-03-02 17:00:00')
  await pipeline.send([original, reversal])
  const reordered = Object.fromEntries(Object.entries(reversal).reverse())
  expect(await pipeline.send([reordered])).toMatchObject({ duplicates: 1, rejected: [] })
  const other = { ...reversal, setl_time: '2026-03-02 18:00:00' }
  expect(await pipeline.send([other])).toMatchObject({ duplicates: 0, rejected: [{ code: 'CONFLICT' }] })
})

test('An inventory row without a number of its own is known by what it says, in whatever form', async () => {
  pipeline = await new TestPipeline([pol01]).open()
  const sale = {
    kind: 'inventory',
    inv_type: 'sale',
    fixmedins_code: 'P1',
    med_list_codg: 'X',
    cnt: 10,
    time: '2026-03-02 09:00:00',
    drug_trac_info: [{ drug_trac_codg: 'T1' }],
  }
  const { time, drug_trac_info, ...rest } = sale
  const again = [
    { ...sale, cnt: '10.0' },
    { ...sale, time: '2026-03-02T09:00:00+08:00', inv_chg_type: null },
    { drugtracinfo: drug_trac_info, ...rest, time },
  ]
  expect(await pipeline.send([sale, ...again])).toMatchObject({ accepted: 1, duplicates: 3 })
  expect(await pipeline.send([...again, { ...sale, shelf_posi: 'A' }])).toMatchObject({ accepted: 1, duplicates: 3 })
})

test('A void finds its original although that is stored while the store is asked for others', async () => {
  pipeline = await new TestPipeline([pol01]).open((store) => slowToAnswer(store))
  const [old, first] = [settlement({ setl_id: 'S0' }), settlement({ setl_id: 'S1' })]
  await pipeline.send([cap, old])
  const stored = pipeline.send([first], 'test', 2)
  // The same event in other bytes sends the second batch to the store.
  const reordered = Object.fromEntries(Object.entries(old).reverse())
  const voiding = pipeline.send([reordered, voidOf(first, '2026-03-02 17:00:00')], 'test', 3)
  await stored
  expect(await voiding).toMatchObject({ accepted: 1, duplicates: 1, rejected: [] })
})

test('A discharge is compared with the correction that came just before it, however slowly the store answers', async () => {
  pipeline = await new TestPipeline([pol01]).open((store) => slowToAnswer(store, 2))
  const told = (endtime: string, ingest_time: string) => discharge({ mdtrt_id: 'M1', endtime, ingest_time })
  const correction = told('2026-03-06 10:00:00', '2026-03-06 11:00:00')
  await pipeline.send([told('2026-03-05 10:00:00', '2026-03-05 11:00:00')])
  const corrected = pipeline.send([correction], 'test', 1)
  const again = pipeline.send([Object.fromEntries(Object.entries(correction).reverse())], 'test', 2)
  expect(await corrected).toMatchObject({ accepted: 1, rejected: [] })
  expect(await again).toMatchObject({ duplicates: 1, rejected: [] })
})

test.each([
  ['Of small ranges two are under way: what comes meanwhile waits where it can gather', 1, 2],
  ['Of large ranges four are under way: one is read, one judged and one written while another waits', 1_000, 4],
])('%s', async (_, lines, places) => {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  pipeline = await new TestPipeline([]).open((store) => heldBy(store, gate))
  let taken = 0
  const all = Array.from({ length: 6 }, async (_, i) => {
    const place = { source: 'test', partition: i, first: 0, replayable: true, clock: 'local' }
    const { done } = await pipeline.engine.submit({ ...chunkOfText('no event\n'.repeat(lines)), ...place })
    taken++
    await done
  })
  await new Promise((done) => setTimeout(done, 100))
  expect(taken).toBe(places)
  open()
  await Promise.all(all)
  expect(await pipeline.count('dead_letter')).toBe(6 * lines)
})

/** Writes nothing before the gate is open. */
function heldBy(store: Store, gate: Promise<void>): Store {
  return Object.assign(failing(store, ''), {
    async insertRows(...args: Parameters<Store['insertRows']>) {
      await gate
      return store.insertRows(...args)
    },
  })
}

/** Tells of originals what it knew when it was asked, only after everything else was written. */
function slowToAnswer(store: Store, fromQuestion = 1): Store {
  let questions = 0
  return Object.assign(failing(store, ''), {
    async originals(...args: Parameters<Store['originals']>) {
      const isSlow = ++questions >= fromQuestion
      const found = await store.originals(...args)
      if (isSlow) await new Promise((done) => setTimeout(done, 500))
      return found
    },
  })
}

/** Forgets, and is cut off before anybody hears of it. */
function cutOff(store: Store): Store {
  return Object.assign(failing(store, ''), {
    async forgetBatches(batches: readonly number[]) {
      await store.forgetBatches(batches)
      throw new FundwatchError('STORE_REFUSED', 'planned')
    },
  })
}

/** Writes, and then says that it failed. */
function failing(store: Store, table: string): Store {
  return Object.assign(Object.create(store) as Store, {
    migrate: () => store.migrate(),
    close: () => store.close(),
    query: store.query.bind(store),
    originals: store.originals.bind(store),
    forgetBatches: store.forgetBatches.bind(store),
    writeColumns: store.writeColumns.bind(store),
    async insertRows(...args: Parameters<Store['insertRows']>) {
      await store.insertRows(...args)
      if (args[0] === table) throw new FundwatchError('STORE_REFUSED', 'planned')
    },
  })
}
