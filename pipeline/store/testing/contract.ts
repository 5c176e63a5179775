import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { settlement } from '../../../detectors/testing/events.ts'
import { TABLES, TABLES_VERSION } from '../../../schemas/tables.ts'
import { parseInstant } from '../../../schemas/time.ts'
import type { Store } from '../store.ts'
import { encode, type Placed, writeOne } from './encoded.ts'

/** Somewhere to open a store: opened again after `close`, it holds the same data. */
export interface Place {
  open(): Store
  /** Statements that a store does not offer. */
  command(sql: string): Promise<void>
  remove(): Promise<void>
}

const TRACED = { feedetl_sn: '1', drug_trac_codg: '81234567890123456789' }
const NEWEST = '2026-01-05T09:31:07.250+08:00'

/** What every store does, whichever way it reaches ClickHouse. */
export function storeContract(name: string, find: () => Promise<Place>): void {
  describe(name, () => {
    let place: Place
    let store: Store
    let origin: Placed
    let tests = 0
    beforeAll(async () => {
      place = await find()
      store = place.open()
      await store.migrate()
    })
    afterAll(async () => {
      await store.close()
      await place.remove()
    })
    beforeEach(async () => {
      for (const table of Object.keys(TABLES)) {
        if (table !== 'schema_migration' && (await count(table)) > 0) await place.command(`TRUNCATE TABLE ${table}`)
      }
      tests++
      origin = { token: `test ${tests}`, batch: 1, source: 'file', partition: 0, firstOffset: 100, without: [] }
    })

    const count = async (table: string, where = '1') => {
      const [row] = await store.query<{ n: number }>(`SELECT count() AS n FROM ${table} WHERE ${where}`)
      return row!.n
    }

    test('A chunk written three times with one token is stored once, also after the store was opened again', async () => {
      const tables = encode([settlement({ drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg: '8123' }] }), settlement()])
      await writeOne(store, tables, origin)
      await writeOne(store, tables, origin)
      await store.close()
      store = place.open()
      await writeOne(store, tables, origin)
      expect(await Promise.all(['raw_event', 'settlement', 'fee_line', 'trace_use'].map((table) => count(table)))).toEqual([
        2, 2, 2, 1,
      ])
    })

    test('An alert written three times with one token stands once in its log and in the view', async () => {
      for (let i = 0; i < 3; i++)
        await store.insertRows('alert_log', [alertRow({ seq: 1, revision: 1, batch: 1 })], { token: `alerts ${tests}` })
      expect([await count('alert_log'), await count('alert')]).toEqual([1, 1])
    })

    test('A view that fails midway gets its rows from the retry, once', async () => {
      await place.command('CREATE MATERIALIZED VIEW failing TO alert AS SELECT * FROM alert_log WHERE throwIf(revision = 1) = 0')
      const write = () =>
        store.insertRows('alert_log', [alertRow({ seq: 1, revision: 1, batch: 1 })], { token: `alerts ${tests}` })
      await expect(write()).rejects.toMatchObject({ code: 'STORE_REFUSED' })
      await place.command('DROP TABLE failing')
      await write()
      await write()
      expect([await count('alert_log'), await count('alert')]).toEqual([1, 1])
    })

    test('Other content under the same offsets is stored', async () => {
      await writeOne(store, encode([settlement()]), origin)
      await writeOne(store, encode([settlement()]), { ...origin, token: `other ${tests}` })
      expect(await count('raw_event', 'offset = 100')).toBe(2)
    })

    test('Rows that are left out are left out of every table', async () => {
      const wires = ['A', 'B', 'C'].map((setl_id) =>
        settlement({ setl_id, drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg: `8${setl_id}` }] }),
      )
      await writeOne(store, encode([...wires, voidOf('B'), admission]), { ...origin, without: [0, 2, 4] })
      for (const table of ['settlement', 'fee_line', 'trace_use']) {
        expect(await store.query(`SELECT DISTINCT setl_id FROM ${table}`), table).toEqual([{ setl_id: 'B' }])
      }
      expect(await store.query('SELECT offset FROM raw_event ORDER BY offset')).toEqual([{ offset: 101 }, { offset: 103 }])
      expect([await count('void'), await count('stay_event')]).toEqual([1, 0])
    })

    test('Rows are left out one by one and in a row, in whatever order they are named', async () => {
      const wires = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((setl_id) => settlement({ setl_id }))
      await writeOne(store, encode(wires), { ...origin, without: [7, 1, 3, 2, 5] })
      const left = [100, 104, 106].map((offset) => ({ offset }))
      expect(await store.query('SELECT offset FROM raw_event ORDER BY offset')).toEqual(left)
    })

    test('A range that comes again whole leaves nothing to store, however long it is', async () => {
      const wires = Array.from({ length: 4_000 }, (_, n) => settlement({ setl_id: `S${n}`, feedetail: [] }))
      const all = wires.map((_, row) => row)
      await writeOne(store, encode(wires), { ...origin, without: all })
      await writeOne(store, encode(wires), { ...origin, token: `half ${tests}`, without: all.filter((row) => row % 2 === 0) })
      expect(await count('raw_event')).toBe(2_000)
    })

    test('Every kind of event is stored as it came, and in the tables made for it', async () => {
      const inventory = {
        kind: 'inventory',
        inv_id: 'I1',
        inv_type: 'sale',
        fixmedins_code: 'H1',
        med_list_codg: 'X',
        cnt: 1.5,
        time: TIME,
      }
      const complaint = { kind: 'complaint', complaint_id: 'C1', fixmedins_code: 'H1', time: TIME, text: '多收费' }
      const reference = { kind: 'reference', table: 'item', id: '项目', row: { name: '透析' }, effective_from: '2026-01-01' }
      const wires = [voidOf('S1'), admission, { ...admission, kind: 'discharge', endtime: TIME }, inventory, complaint, reference]
      await writeOne(store, encode([...wires, { kind: 'heartbeat', time: TIME }]), { ...origin, batch: 3 })
      expect(await store.query('SELECT kind, id, offset FROM raw_event ORDER BY offset')).toEqual([
        { kind: 'void', id: 'V1', offset: 100 },
        { kind: 'admission', id: 'M1', offset: 101 },
        { kind: 'discharge', id: 'M1', offset: 102 },
        { kind: 'inventory', id: 'I1', offset: 103 },
        { kind: 'complaint', id: 'C1', offset: 104 },
        { kind: 'reference', id: 'item/项目', offset: 105 },
        { kind: 'heartbeat', id: '', offset: 106 },
      ])
      expect(await store.query('SELECT kind, toString(time) AS time FROM stay_event ORDER BY time')).toEqual([
        { kind: 'admission', time: '2026-01-05 08:00:00.000' },
        { kind: 'discharge', time: '2026-01-05 09:31:07.000' },
      ])
      expect(await store.query('SELECT cnt, pric FROM inventory')).toEqual([{ cnt: 1.5, pric: null }])
      expect(
        await store.query(
          'SELECT table, id, toString(effective_from) AS since, effective_to, deleted, row, version FROM reference_row',
        ),
      ).toEqual([
        {
          table: 'item',
          id: '项目',
          since: '2026-01-01 00:00:00.000',
          effective_to: null,
          deleted: false,
          row: '{"name":"透析"}',
          version: 3 * 2 ** 24 + 5,
        },
      ])
    })

    test('A refund that named no original is stored with the one that was found for it', async () => {
      const tables = encode([{ ...voidOf('X'), setl_id: 'V0' }, voidOf('X')])
      await writeOne(store, tables, { ...origin, matchedVoids: new Map([[1, "S'1"]]) })
      expect(await store.query('SELECT setl_id, orig_setl_id FROM void ORDER BY setl_id')).toEqual([
        { setl_id: 'V0', orig_setl_id: 'X' },
        { setl_id: 'V1', orig_setl_id: "S'1" },
      ])
    })

    test('Several ranges are written at once, each row with the batch, place and offset of its own', async () => {
      const { token, ...first } = origin
      const wires = ['A', 'B', 'C'].map((setl_id) => settlement({ setl_id, drug_trac_info: [TRACED] }))
      const ranges = [
        { ...encode(wires.slice(0, 2)), origin: { ...first, without: [0] } },
        { ...encode([]), origin: { ...first, batch: 2, partition: 1 } },
        {
          ...encode([voidOf('X'), { ...voidOf('X'), setl_id: 'V0' }, wires[2]!]),
          origin: { ...first, batch: 3, source: "a 'topic'", partition: 2, firstOffset: 7, matchedVoids: new Map([[0, 'A']]) },
        },
        { ...encode([voidOf('Y')]), origin: { ...first, batch: 4, matchedVoids: new Map([[0, 'B']]) } },
      ]
      for (let time = 0; time < 2; time++) await store.writeColumns(ranges, { token })
      expect(await store.query('SELECT id, batch, source, partition, offset FROM raw_event ORDER BY batch, offset')).toEqual([
        { id: 'B', batch: 1, source: 'file', partition: 0, offset: 101 },
        { id: 'V1', batch: 3, source: "a 'topic'", partition: 2, offset: 7 },
        { id: 'V0', batch: 3, source: "a 'topic'", partition: 2, offset: 8 },
        { id: 'C', batch: 3, source: "a 'topic'", partition: 2, offset: 9 },
        { id: 'V1', batch: 4, source: 'file', partition: 0, offset: 100 },
      ])
      expect(await store.query('SELECT setl_id, orig_setl_id, batch FROM void ORDER BY batch, setl_id')).toEqual([
        { setl_id: 'V0', orig_setl_id: 'X', batch: 3 },
        { setl_id: 'V1', orig_setl_id: 'A', batch: 3 },
        { setl_id: 'V1', orig_setl_id: 'B', batch: 4 },
      ])
      expect(await store.query('SELECT setl_id, drug_trac_codg, batch FROM trace_use ORDER BY batch')).toEqual([
        { setl_id: 'B', drug_trac_codg: TRACED.drug_trac_codg, batch: 1 },
        { setl_id: 'C', drug_trac_codg: TRACED.drug_trac_codg, batch: 3 },
      ])
    })

    test('Money, prices and quantities keep every digit', async () => {
      const lines = Array.from({ length: 2000 }, () => ({
        det_item_fee_sumamt: decimalText(13, 2),
        pric: decimalText(9, 6),
        cnt: decimalText(11, 4),
        inscp_scp_amt: decimalText(4, 2),
      }))
      const { feedetail, ...header } = settlement()
      const [plain] = feedetail as object[]
      const wire = { ...header, feedetail: lines.map((line, i) => ({ ...plain, ...line, feedetl_sn: String(i) })) }
      await writeOne(store, encode([wire]), origin)
      const stored = await store.query(
        `SELECT toString(det_item_fee_sumamt) AS det_item_fee_sumamt, toString(pric) AS pric, toString(cnt) AS cnt,
         toString(assumeNotNull(inscp_scp_amt)) AS inscp_scp_amt FROM fee_line ORDER BY toUInt32(feedetl_sn)`,
      )
      expect(stored).toEqual(lines)
    })

    test('The largest and smallest numbers that are accepted keep no batch from being stored', async () => {
      const most = { det_item_fee_sumamt: 99_999_999_999_999.98, pric: 9_999_999_999.999998, cnt: 999_999_999_999.9998 }
      const least = { det_item_fee_sumamt: -99_999_999_999_999.98, pric: -9_999_999_999.999998, cnt: -999_999_999_999.9998 }
      const { feedetail, ...header } = settlement()
      const [plain] = feedetail as object[]
      await writeOne(
        store,
        encode([
          {
            ...header,
            feedetail: [
              { ...plain, ...most },
              { ...plain, ...least },
            ],
          },
        ]),
        origin,
      )
      expect(await count('fee_line', 'abs(pric) > 9999999999 AND abs(cnt) > 999999999999')).toBe(2)
    })

    test('Missing numbers and times are NULL, missing text is empty', async () => {
      const { begntime: _begntime, brdy: _brdy, ...rest } = settlement({ inscp_scp_amt: null, dise_codg: null })
      await writeOne(store, encode([{ ...rest, diseinfo: [] }]), origin)
      expect(
        await store.query('SELECT begntime, brdy, inscp_scp_amt, dise_codg, diag_codes, main_diag_code FROM settlement'),
      ).toEqual([{ begntime: null, brdy: null, inscp_scp_amt: null, dise_codg: '', diag_codes: [], main_diag_code: '' }])
    })

    test('Times are stored to the millisecond, and no accepted time keeps a batch from being stored', async () => {
      const oddities = ['0001-01-01 00:00:00', '1899-12-31 23:59:59', '9999-12-31 23:59:59']
      const wires = oddities.map((begntime, i) => settlement({ begntime, brdy: begntime.slice(0, 10), setl_id: `odd${i}` }))
      await writeOne(store, encode([...wires, settlement({ setl_id: 'plain', brdy: '1931-07-08', setl_time: NEWEST })]), origin)
      expect(await count('settlement')).toBe(4)
      const [row] = await store.query(
        "SELECT toString(setl_time) AS at, toString(brdy) AS day FROM settlement WHERE setl_id = 'plain'",
      )
      expect(row).toEqual({ at: '2026-01-05 09:31:07.250', day: '1931-07-08' })
    })

    test('Originals are found by kind and id, the latest of several, with every character they came with', async () => {
      const strange = settlement({ setl_id: `结算'"\\\n1`, psn_no: 'a\tb' })
      const discharge = { ...admission, kind: 'discharge', endtime: TIME }
      await writeOne(store, encode([strange, admission, discharge]), origin)
      await writeOne(store, encode([{ ...discharge, dscg_way: '5' }]), { ...origin, batch: 2, token: `later ${tests}` })
      const ids = [
        { kind: 'settlement', id: strange.setl_id as string },
        { kind: 'discharge', id: 'M1' },
        { kind: 'settlement', id: 'unknown' },
      ]
      const found = await store.originals(ids)
      expect([...found.keys()].sort()).toEqual(['discharge|M1', `settlement|${strange.setl_id}`])
      expect(JSON.parse(found.get(`settlement|${strange.setl_id}`)!)).toEqual(strange)
      expect(JSON.parse(found.get('discharge|M1')!).dscg_way).toBe('5')
      const many = Array.from({ length: 2500 }, (_, i) => ({ kind: 'settlement', id: `unknown-${'x'.repeat(40)}-${i}` }))
      const endless = { kind: 'settlement', id: 'x'.repeat(1_000_000) }
      expect((await store.originals([...many, endless, ids[1]!])).size).toBe(1)
      expect((await store.originals([])).size).toBe(0)
    })

    test('A refund finds the settlements of its visit with its amount', async () => {
      const visit = { psn_no: 'P9', mdtrt_id: 'M9', fixmedins_code: 'H9' }
      const amounts = { A: 12.35, B: 12.35, C: 12.34 }
      const wires = Object.entries(amounts).map(([setl_id, medfee_sumamt]) => settlement({ ...visit, setl_id, medfee_sumamt }))
      await writeOne(store, encode([...wires, settlement({ ...visit, mdtrt_id: 'M8', medfee_sumamt: 12.35 })]), origin)
      const until = parseInstant('2026-03-02 18:00:00')
      expect(await store.findByVisit({ ...visit, medfee_sumamt: 1235, until })).toEqual(['A', 'B'])
      expect(await store.findByVisit({ ...visit, medfee_sumamt: 1236, until })).toEqual([])
      expect(await store.findByVisit({ ...visit, medfee_sumamt: 1235, until: parseInstant('2026-03-01 18:00:00') })).toEqual([])
    })

    test('A forgotten batch leaves nothing behind, and its alerts fall back to the revision before', async () => {
      await writeOne(store, encode([settlement()]), origin)
      await store.insertRows('alert_log', [alertRow({ seq: 1, revision: 1, batch: 1 })], { token: `one ${tests}` })
      await writeOne(store, encode([settlement(), voidOf('S1'), admission]), { ...origin, batch: 2, token: `second ${tests}` })
      await store.insertRows('alert_log', [alertRow({ seq: 2, revision: 2, batch: 2 })], { token: `two ${tests}` })
      await place.command('OPTIMIZE TABLE alert FINAL')
      await store.forgetBatches([2])
      await store.forgetBatches([2])
      for (const table of ['raw_event', 'settlement', 'fee_line', 'alert_log']) expect(await count(table), table).toBe(1)
      for (const table of ['void', 'stay_event']) expect(await count(table), table).toBe(0)
      expect(await store.query('SELECT revision FROM alert FINAL')).toEqual([{ revision: 1 }])
    })

    test('Values reach a query as parameters, never as its text', async () => {
      const values = { text: `'; DROP TABLE alert --\\ "中文"`, texts: [`it's`, 'b\\n', ''], number: 2 ** 53 - 1, yes: true }
      const [row] = await store.query(
        'SELECT {text:String} AS text, {texts:Array(String)} AS texts, {number:UInt64} AS number, {yes:Bool} AS yes',
        values,
      )
      expect(row).toEqual(values)
    })

    test('A row that does not fit its table is refused by name', async () => {
      await expect(store.insertRows('batch', [{ batch: 1, nonsense: 2 }], { token: 'x' })).rejects.toMatchObject({
        code: 'STORE_REFUSED',
      })
      await expect(store.query('SELECT nonsense')).rejects.toMatchObject({ code: 'STORE_REFUSED' })
    })

    test('A second migration finds nothing to do, and a newer schema is refused', async () => {
      expect(await store.migrate()).toEqual({ from: TABLES_VERSION, to: TABLES_VERSION, applied: [] })
      await place.command(`INSERT INTO schema_migration VALUES (${TABLES_VERSION + 1}, 'from the future', now64(3))`)
      await expect(store.migrate()).rejects.toMatchObject({ code: 'SCHEMA_NEWER' })
    })
  })
}

const TIME = '2026-01-05 09:31:07'
const admission = { kind: 'admission', mdtrt_id: 'M1', psn_no: 'P1', fixmedins_code: 'H1', begntime: '2026-01-05 08:00:00' }

function voidOf(orig_setl_id: string): object {
  return { kind: 'void', setl_id: 'V1', orig_setl_id, psn_no: 'P1', fixmedins_code: 'H1', setl_time: TIME }
}

function alertRow(given: { readonly seq: number; readonly revision: number; readonly batch: number }): object {
  return {
    alert_id: '0123456789abcdef0123456789abcdef',
    detector_id: 'POL-01',
    setl_ids: ['S1'],
    vola_amt: 12.5,
    event_time: NEWEST,
    body: '{}',
    ...given,
  }
}

/** A random decimal with exactly so many digits after the point, no trailing zero among them, as ClickHouse prints it. */
function decimalText(whole: number, digits: number): string {
  const integer = Math.floor(Math.random() * 10 ** (Math.random() * whole))
  const fraction = Math.floor(Math.random() * 10 ** digits)
  return `${integer}.${String(fraction).padStart(digits, '0')}`.replace(/\.?0+$/, '')
}
