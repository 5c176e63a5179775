import type { Alert } from './alert.ts'
import { SHAPES } from './events.ts'
import type { Field, FieldKind, Fields } from './field.ts'

/**
 * The ClickHouse tables, derived from the fields of the events and of the alert. The version rises with every change of
 * shape, together with a migration (`pipeline/store/migrations.ts`).
 */
export const TABLES_VERSION = 5

/** A column: its ClickHouse type, and the field it repeats where it comes straight from an event. */
interface Column {
  readonly type: string
  readonly field?: Field
}
type Columns = Readonly<Record<string, Column>>

export interface Table {
  readonly columns: Columns
  readonly engine?: string
  readonly orderBy: string
  readonly partitionBy?: string
  readonly indexes?: readonly string[]
  readonly settings?: Readonly<Record<string, number>>
}

const INSTANT = "DateTime64(3, 'Asia/Shanghai')"
const WORD = 'LowCardinality(String)'

const TYPES: Record<FieldKind, string> = {
  id: 'String',
  code: WORD,
  text: 'String',
  money: 'Decimal(16, 2)',
  price: 'Decimal(16, 6)',
  quantity: 'Decimal(16, 4)',
  ratio: 'Decimal(16, 4)',
  integer: 'Int32',
  instant: INSTANT,
  day: 'Date32',
}
const TEXT_KINDS: ReadonlySet<FieldKind> = new Set(['id', 'code', 'text'])

/** Missing text is `''`, as everywhere inside; a missing number or time is NULL. */
function columnOf(field: Field): Column {
  const type = TYPES[field.kind]
  return { type: field.required || TEXT_KINDS.has(field.kind) ? type : `Nullable(${type})`, field }
}

function fieldsOf<F extends Fields>(fields: F, ...names: (keyof F & string)[]): Columns {
  return Object.fromEntries(names.map((name) => [name, columnOf(fields[name]!)]))
}

const as = (type: string): Column => ({ type })
const ID = as('String')
const TEXT = as('String')
const WORDS = as(WORD)
const TIME = as(INSTANT)
const COUNT = as('UInt64')
const BATCH = { batch: as('UInt64') }

const SETTLEMENT = SHAPES.settlement.fields
const LINE = SHAPES.settlement.lists.feedetail
const TRACE = SHAPES.settlement.lists.drug_trac_info

const ALERT_COLUMNS = {
  seq: as('UInt64'),
  alert_id: ID,
  revision: as('UInt32'),
  status: WORDS,
  retract_reason: WORDS,
  mode: WORDS,
  disposition: WORDS,
  severity: as('UInt8'),
  result_type: WORDS,
  audience: WORDS,
  detector_id: WORDS,
  detector_version: as('UInt16'),
  knowledge_version: WORDS,
  vola_bhvr_type: WORDS,
  subject_type: WORDS,
  subject_id: ID,
  bucket: TEXT,
  psn_no: ID,
  fixmedins_code: ID,
  admdvs: WORDS,
  insu_admdvs: WORDS,
  setl_ids: as('Array(String)'),
  setl_count: as('UInt32'),
  vola_amt: as('Decimal(16, 2)'),
  risk_score: as('Float32'),
  event_time: TIME,
  first_seen: TIME,
  last_seen: TIME,
  detected_at: TIME,
  title: TEXT,
  why: TEXT,
  count: as('UInt32'),
  parent_alert_id: ID,
} satisfies { [Name in keyof Alert]?: Column }

/**
 * Tables that get a part with every chunk: merged sixteen parts at a time. Left to itself, the engine merges every few, and
 * spends more on that than on the inserts.
 */
const EVERY_CHUNK = { min_parts_to_merge_at_once: 16 }

/** `body` is the whole alert as JSON; the other columns are what people filter and sort by. */
const ALERT_ROW = { ...ALERT_COLUMNS, body: as('String CODEC(ZSTD(1))'), ...BATCH }

export const TABLES = {
  /** Every accepted event as it came (identity data replaced). Small granules: originals are looked up one by one. */
  raw_event: {
    columns: {
      kind: WORDS,
      id: ID,
      source: WORDS,
      partition: as('Int32'),
      offset: as('Int64'),
      event_time: as(`Nullable(${INSTANT})`),
      ...BATCH,
      raw: as('String'),
    },
    orderBy: 'kind, id',
    settings: { ...EVERY_CHUNK, index_granularity_bytes: 262_144 },
  },
  settlement: {
    columns: {
      ...fieldsOf(SETTLEMENT, 'setl_id', 'mdtrt_id', 'psn_no', 'gend', 'brdy', 'psn_type', 'insutype', 'insu_admdvs'),
      ...fieldsOf(SETTLEMENT, 'mdtrt_admdvs', 'pay_loc', 'fixmedins_code', 'med_type', 'mdtrt_cert_type'),
      ...fieldsOf(SETTLEMENT, 'setl_time', 'begntime', 'endtime', 'dise_codg', 'drg_code', 'chfpdr_code', 'adm_dept_codg'),
      ...fieldsOf(SETTLEMENT, 'medfee_sumamt', 'inscp_scp_amt', 'hifp_pay', 'fund_pay_sumamt', 'psn_part_amt'),
      ...fieldsOf(SETTLEMENT, 'acct_pay', 'psn_cash_pay'),
      main_diag_code: ID,
      diag_codes: as('Array(String)'),
      line_count: as('UInt32'),
      ...BATCH,
    },
    orderBy: 'psn_no, setl_time, setl_id',
    indexes: ['by_setl_id setl_id TYPE bloom_filter GRANULARITY 1', 'by_time setl_time TYPE minmax GRANULARITY 1'],
    settings: EVERY_CHUNK,
  },
  /** By settlement, the order in which lines arrive: sorting them by item would cost more than the rest of the insert. */
  fee_line: {
    columns: {
      ...fieldsOf(SETTLEMENT, 'setl_id', 'psn_no', 'fixmedins_code', 'setl_time'),
      ...fieldsOf(LINE, 'feedetl_sn', 'rxno', 'fee_ocur_time', 'med_list_codg', 'list_type', 'med_chrgitm_type'),
      ...fieldsOf(LINE, 'cnt', 'pric', 'det_item_fee_sumamt'),
      /** Not the settlement's amount of the same name. */
      ...fieldsOf(LINE, 'inscp_scp_amt', 'bilg_dr_codg'),
      ...BATCH,
    },
    orderBy: 'setl_id',
    indexes: ['by_time setl_time TYPE minmax GRANULARITY 1'],
    settings: EVERY_CHUNK,
  },
  trace_use: {
    columns: {
      ...fieldsOf(TRACE, 'drug_trac_codg'),
      ...fieldsOf(SETTLEMENT, 'setl_id'),
      ...fieldsOf(TRACE, 'feedetl_sn'),
      ...fieldsOf(SETTLEMENT, 'psn_no', 'fixmedins_code', 'setl_time'),
      ...fieldsOf(TRACE, 'trdn_flag'),
      ...BATCH,
    },
    orderBy: 'drug_trac_codg',
    settings: EVERY_CHUNK,
  },
  void: {
    columns: { ...fieldsOf(SHAPES.void.fields, 'setl_id', 'orig_setl_id', 'psn_no', 'fixmedins_code', 'setl_time'), ...BATCH },
    orderBy: 'orig_setl_id',
  },
  stay_event: {
    columns: {
      kind: WORDS,
      ...fieldsOf(SHAPES.admission.fields, 'mdtrt_id', 'psn_no', 'fixmedins_code'),
      time: TIME,
      ...BATCH,
    },
    orderBy: 'psn_no, mdtrt_id, time',
  },
  inventory: {
    columns: {
      ...fieldsOf(SHAPES.inventory.fields, 'inv_id', 'inv_type', 'inv_chg_type', 'fixmedins_code', 'med_list_codg'),
      ...fieldsOf(SHAPES.inventory.fields, 'cnt', 'pric', 'time', 'setl_id', 'psn_no'),
      ...BATCH,
    },
    orderBy: 'fixmedins_code, med_list_codg, time',
  },
  /** Every version of every reference row; the highest `version` of an identity is the one that holds. */
  reference_row: {
    columns: {
      table: WORDS,
      id: ID,
      effective_from: as(`Nullable(${INSTANT})`),
      effective_to: as(`Nullable(${INSTANT})`),
      deleted: as('Bool'),
      row: TEXT,
      version: as('UInt64'),
      ...BATCH,
    },
    orderBy: 'table, id, version',
  },
  /** Every revision of every alert, in the order in which they were said. */
  alert_log: { columns: ALERT_ROW, orderBy: 'seq', indexes: ['by_alert_id alert_id TYPE bloom_filter GRANULARITY 1'] },
  /** The latest revision of each alert. */
  alert: { columns: ALERT_ROW, engine: 'ReplacingMergeTree(revision)', orderBy: 'alert_id' },
  batch: {
    columns: {
      ...BATCH,
      source: TEXT,
      partition: as('Int32'),
      first_offset: as('Int64'),
      last_offset: as('Int64'),
      events: COUNT,
      stored: COUNT,
      duplicates: COUNT,
      dead_letters: COUNT,
      late: COUNT,
      /** The arrival clock by which it was judged. */
      committed_at: TIME,
      /** The clock that its events move. */
      clock: TEXT,
      /** JSON: what the shard was told before its events that is no event (`engine/journal.ts`). */
      told: TEXT,
    },
    orderBy: 'batch',
  },
  /** Per batch and detector: how many events it judged, and how many it could not, by reason. */
  judgement: {
    columns: { ...BATCH, detector_id: WORDS, part: WORDS, judged: COUNT, skip_reason: WORDS, skipped: COUNT },
    orderBy: 'detector_id, batch',
  },
  dead_letter: {
    columns: {
      source: TEXT,
      partition: as('Int32'),
      offset: as('Int64'),
      code: WORDS,
      field: TEXT,
      message: TEXT,
      bytes: TEXT,
      received_at: TIME,
      ...BATCH,
    },
    orderBy: 'source, partition, offset',
  },
  /** Dead letters that were sent again, and whether they were accepted. */
  dead_letter_retry: {
    columns: { source: TEXT, partition: as('Int32'), offset: as('Int64'), accepted: as('Bool'), retried_at: TIME },
    orderBy: 'source, partition, offset',
  },
  detector_catalogue: {
    columns: { id: ID, version: as('UInt16'), row: TEXT, published_at: TIME },
    engine: 'ReplacingMergeTree(published_at)',
    orderBy: 'id, version',
  },
  /** Daily summaries as they were told; a correction makes a new edition. `body` is the whole snapshot as JSON. */
  report: {
    columns: { day: ID, scope: ID, edition: as('UInt32'), created_at: TIME, body: TEXT },
    orderBy: 'day, scope, edition',
  },
  /**
   * Copies of what slices remember, in parts. A thousand parts of one are a partition, to be dropped at once: of larger ones
   * the engine asks first whether that is meant. `upto` is the last batch that is
   * remembered. The last part says how many there are, and how many bytes in all: a copy that lacks one is none.
   */
  checkpoint: {
    columns: {
      slice: as('UInt32'),
      id: ID,
      /** The name of the slice's history. */
      life: ID,
      upto: as('UInt64'),
      state_version: as('UInt16'),
      part: as('UInt32'),
      parts: as('UInt32'),
      size: COUNT,
      /** Base64 of a part of the gzip file. */
      bytes: TEXT,
      made_at: TIME,
    },
    orderBy: 'slice, id, part',
    partitionBy: '(id, intDiv(part, 1000))',
  },
  schema_migration: { columns: { version: as('UInt32'), name: TEXT, applied_at: TIME }, orderBy: 'version' },
} as const satisfies Record<string, Table>

export type TableName = keyof typeof TABLES

/** Tables whose rows belong to a batch. */
export const BATCH_TABLES = (Object.keys(TABLES) as TableName[]).filter((name) => 'batch' in TABLES[name].columns)

/** Materialized views: the target is filled from the source, column by column. */
export const VIEWS = [{ name: 'alert_feed', from: 'alert_log', to: 'alert' }] as const

/** Inserted blocks whose token is remembered; a retry within so many blocks adds nothing. */
export const DEDUPLICATION_WINDOW = 10_000

/** @param settings storage settings of every table, for example how it is flushed */
export function createTable(name: TableName, settings: Readonly<Record<string, number>> = {}): string {
  const table: Table = TABLES[name]
  const columns = Object.entries(table.columns).map(([column, { type }]) => `\`${column}\` ${type}`)
  const indexes = (table.indexes ?? []).map((index) => `INDEX ${index}`)
  const all = { non_replicated_deduplication_window: DEDUPLICATION_WINDOW, ...table.settings, ...settings }
  const listed = Object.entries(all).map(([setting, value]) => `${setting} = ${value}`)
  return `CREATE TABLE IF NOT EXISTS \`${name}\` (
  ${[...columns, ...indexes].join(',\n  ')}
) ENGINE = ${table.engine ?? 'MergeTree'}${partitionsOf(table)} ORDER BY (${table.orderBy}) SETTINGS ${listed.join(', ')}`
}

export function partitionsOf({ partitionBy }: Table): string {
  return partitionBy ? ` PARTITION BY ${partitionBy}` : ''
}

export function createView({ name, from, to }: (typeof VIEWS)[number]): string {
  const columns = Object.keys(TABLES[to].columns).map((column) => `\`${column}\``)
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS \`${name}\` TO \`${to}\` AS SELECT ${columns.join(', ')} FROM \`${from}\``
}
