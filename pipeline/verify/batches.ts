import { sourceOf } from '../source/kafka-range.ts'
import type { Store } from '../store/store.ts'
import { MAILBOX } from '../topics.ts'
import { type Check, check } from './check.ts'

/** A batch whose rows are not what it says of itself. */
interface Torn {
  readonly batch: number
  readonly source: string
  readonly partition: number
  readonly first: number
  readonly last: number
  readonly fault: string
}

/** So many are named. */
const NAMED = 5

/** What a batch counted when it was written, against the rows that are there now. */
const FAULTS: Readonly<Record<string, string>> = {
  'events that are neither stored nor duplicates nor dead letters': 'events != stored + duplicates + dead_letters',
  'stored events': 'events_found != stored',
  settlements: 'settlements_found != settlements_stored',
  'fee lines': 'lines_found != lines_stored',
  'dead letters': 'letters_found != dead_letters',
}

/**
 * Batch by batch, so that a row that is gone here is not made good by one too many there. Ends with one check for each kind of
 * row, which names the ranges that are torn.
 */
export async function checkBatches(store: Store, until: number): Promise<Check[]> {
  const faults = Object.entries(FAULTS).map(([name, holds]) => `if(${holds}, '${name}', '')`)
  const rows = await store.query<Torn>(
    `SELECT toFloat64(b.batch) AS batch, source, partition, toFloat64(first_offset) AS first, toFloat64(last_offset) AS last,
       arrayJoin(arrayFilter(fault -> fault != '', [${faults.join(', ')}])) AS fault
     FROM batch AS b
     LEFT JOIN (SELECT batch, count() AS events_found, countIf(kind = 'settlement') AS settlements_stored FROM raw_event GROUP BY batch) AS e ON e.batch = b.batch
     LEFT JOIN (SELECT batch, count() AS settlements_found, sum(line_count) AS lines_stored FROM settlement GROUP BY batch) AS s ON s.batch = b.batch
     LEFT JOIN (SELECT batch, count() AS lines_found FROM fee_line GROUP BY batch) AS f ON f.batch = b.batch
     LEFT JOIN (SELECT batch, count() AS letters_found FROM dead_letter GROUP BY batch) AS d ON d.batch = b.batch
     WHERE b.batch <= {until:UInt64} ORDER BY b.batch LIMIT 1000`,
    { until },
  )
  const checks = Object.keys(FAULTS).map((name) => {
    const torn = rows.filter(({ fault }) => fault === name)
    return check(`batches whose ${name} differ`, 'none', torn.length === 0 ? 'none' : describe(torn))
  })
  return [...(await checkTotals(store, until)), ...checks, await checkUnknown(store, until)]
}

/** The sums, for people: how much there is of everything. */
async function checkTotals(store: Store, until: number): Promise<Check[]> {
  const sum = async (sql: string) => (await store.query<{ n: number }>(sql, { until }))[0]?.n ?? 0
  const upTo = 'WHERE t.batch <= {until:UInt64}'
  const told = (column: string) => sum(`SELECT toFloat64(sum(${column})) AS n FROM batch AS t ${upTo}`)
  const found = (table: string, where = '') => sum(`SELECT toFloat64(count()) AS n FROM ${table} AS t ${upTo} ${where}`)
  const lines = await sum(`SELECT toFloat64(sum(line_count)) AS n FROM settlement AS t ${upTo}`)
  return [
    check('stored events', await told('stored'), await found('raw_event')),
    check('stored settlements', await found('raw_event', "AND kind = 'settlement'"), await found('settlement')),
    check('stored fee lines', lines, await found('fee_line')),
    check('stored dead letters', await told('dead_letters'), await found('dead_letter')),
  ]
}

/** Rows of batches that have no row of their own any more. */
async function checkUnknown(store: Store, until: number): Promise<Check> {
  const tables = ['raw_event', 'dead_letter', 'alert_log'].map((table) => `SELECT DISTINCT batch FROM ${table}`)
  const rows = await store.query<{ batch: number }>(
    `SELECT DISTINCT toFloat64(u.batch) AS batch FROM (${tables.join(' UNION ALL ')}) AS u
     WHERE u.batch <= {until:UInt64} AND u.batch NOT IN (SELECT batch FROM batch) LIMIT 100`,
    { until },
  )
  return check('batches of which only rows are left', '', rows.map(({ batch }) => batch).join(', '))
}

function describe(torn: readonly Torn[]): string {
  const named = torn.slice(0, NAMED).map(({ batch, source, partition, first, last }) => {
    return `${batch} (${source}:${partition}, offsets ${first} to ${last})`
  })
  const more = torn.length > NAMED ? ` and ${torn.length - NAMED} more` : ''
  return named.join(', ') + more
}

/**
 * The record and memory must agree on how far each source was read; within a source, no offset may be left out. Of mail only
 * that is recorded which had an effect.
 */
export async function checkOffsets(store: Store, until: number, nexts: ReadonlyMap<string, number>): Promise<Check[]> {
  const [gaps] = await store.query<{ gaps: number }>(
    `SELECT toFloat64(countIf(previous != 0 AND first_offset != previous AND first_offset != 0)) AS gaps FROM (
       SELECT first_offset, lagInFrame(last_offset + 1) OVER (PARTITION BY source, partition ORDER BY batch) AS previous
       FROM batch WHERE batch <= {until:UInt64} AND source != {mailbox:String})`,
    { until, mailbox: sourceOf({ topic: MAILBOX }) },
  )
  const ends = await store.query<{ place: string; next: number }>(
    `SELECT concat(source, '|', toString(partition)) AS place, toFloat64(argMax(last_offset, batch) + 1) AS next
     FROM batch WHERE batch <= {until:UInt64} GROUP BY source, partition`,
    { until },
  )
  const recorded = new Map(ends.map(({ place, next }) => [place, next]))
  const apart = [...nexts].filter(([place, next]) => recorded.get(place) !== next)
  const told = apart.map(([place, next]) => `${place}: memory ${next}, record ${recorded.get(place) ?? 'nothing'}`)
  return [check('gaps between batches', 0, gaps?.gaps ?? 0), check('next offsets of memory and record', '', told.join('; '))]
}
