import { type Static, type TObject, type TSchema, Type } from 'typebox'

/**
 * The reference tables (contract, "Reference rows"). Every column may be missing or null and unknown columns are kept, so
 * a row is refused only for a wrong type.
 */
const text = Type.String()
const number = Type.Number()
const flag = Type.Boolean()
const list = Type.Array(Type.String())
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}' })
/** A time of day to another one, or nothing; 24:00 is the end of a day, and none begins there. */
const hours = Type.String({ pattern: '^(([01]\\d|2[0-3]):[0-5]\\d-(([01]\\d|2[0-3]):[0-5]\\d|24:00))?$' })
const oneOf = <const T extends string[]>(...values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

type Loose<P extends Record<string, TSchema>> = { [K in keyof P]?: Static<P[K]> | null }
type Table<P extends Record<string, TSchema>> = TObject & { readonly row: Loose<P> }

function table<P extends Record<string, TSchema>>(columns: P): Table<P> {
  const nullable = Object.fromEntries(
    Object.entries(columns).map(([name, schema]) => [name, Type.Optional(Type.Union([schema, Type.Null()]))]),
  )
  return Type.Object(nullable, { additionalProperties: true }) as unknown as Table<P>
}

const period = { from: day, to: day }
/** Rows within a row: what they leave out is missing too. */
const rowsOf = <P extends Record<string, TSchema>>(columns: P) => Type.Unsafe<Loose<P>[]>(Type.Array(table(columns)))
const periods = <P extends Record<string, TSchema>>(extra: P) => rowsOf({ ...period, ...extra })
const standing = oneOf('active', 'suspended', 'terminated')

export const REFERENCE_TABLES = {
  institution: table({
    name: text,
    kind: oneOf('hospital', 'clinic', 'pharmacy'),
    level: text,
    specialty: text,
    admdvs: text,
    lon: number,
    lat: number,
    beds: number,
    terminals: number,
    depts: list,
    open_hours: hours,
    closed_days: list,
    is_internet: flag,
    dual_channel: flag,
    group_id: text,
    agreement: periods({ status: standing }),
  }),
  doctor: table({ name: text, title: text, institutions: list, depts: list, status: periods({ status: standing }) }),
  person: table({
    gend: text,
    brdy: day,
    death_date: day,
    insured: periods({ insutype: text }),
    chronic: periods({ dise_codg: text }),
    remote_filing: periods({ admdvs: text }),
    /** Of settling over the network: suspended by a decision under article 41. */
    status: periods({ status: standing }),
  }),
  item: table({
    name: text,
    list_type: text,
    unit: text,
    generic: text,
    pharm_class: text,
    pack_days: number,
    pack_units: number,
    ddd: number,
    max_daily_dose: number,
    /** Unit of `max_daily_dose`, such as g, mg, ml, 片; where absent that of the prescription. */
    dose_unit: text,
    is_rx: flag,
    vbp_group: text,
    high_value: flag,
    body_part: text,
    tags: list,
  }),
  price_cap: table({ code: text, cap: number, admdvs: text, level: text }),
  gender_limit: table({ code: text, gend: text }),
  age_limit: table({ code: text, min_years: number, max_years: number, max_days: number }),
  mutex: table({ code_a: text, code_b: text, scope: oneOf('DAY', 'VISIT', 'HOUR'), violating: text }),
  discount: table({ codes: list, ratio: number }),
  unbundling: table({ code: text, components: list, price: number, type: oneOf('bundle', 'kit') }),
  frequency: table({
    code: text,
    max_cnt: number,
    period: oneOf('DAY', 'VISIT', 'N_DAYS'),
    days: number,
    per: oneOf('PERSON', 'VISIT'),
  }),
  course: table({ code: text, max_days: number, per: oneOf('VISIT', 'EPISODE', 'LIFETIME') }),
  indication: table({ code: text, icd_prefixes: list, match: oneOf('any', 'all'), strict: flag }),
  care_mode: table({ code: text, med_classes: list, internet_ok: flag }),
  level_limit: table({ code: text, min_level: text }),
  insutype_limit: table({ code: text, insutypes: list }),
  second_line: table({ code: text, first_line: list }),
  herbal_unpaid: table({ code: text, mode: oneOf('ANY', 'SINGLE') }),
  benefit_cap: table({ code: text, year_cap: number }),
  chronic_list: table({ codes: list }),
  pair_required: table({ code: text, any_of: list, within_days: number }),
  quantity_limit: table({ code: text, max_cnt: number, per: oneOf('VISIT', 'OPERATION') }),
  vbp: table({
    selected: rowsOf({ code: text, price: number, ...period }),
    agreed: rowsOf({ fixmedins_code: text, qty: number, ...period }),
  }),
  trace_product: table({ codes: list }),
  drg: table({ weight: number, mean_cost: number, p5: number, p95: number, mean_los: number }),
  budget: table({ quota: number }),
  pool: table({ income: number, expenditure: number, balance: number }),
  calendar: table({ workday: flag, name: text }),
  watch_list: table({ code: text, reason: text }),
  no_trace_stock: table({}),
  /**
   * MED-09: a diagnosis (ICD-10 code or its beginning) that makes a stay one with a (major) complication or comorbidity;
   * not so beside the main diagnoses that begin with one of `excluded`.
   */
  code_cc: table({ code: text, severity: oneOf('CC', 'MCC'), excluded: list }),
  /**
   * MED-09, MED-10: what a diagnosis (ICD-10 code or its beginning) leaves behind in the bill where it is real: at least one
   * line of these items, of items with these tags, or of these `med_chrgitm_type`s.
   */
  diag_support: table({ code: text, any_of: list, tags: list, charge_types: list }),
  /** MED-10: the main diagnoses (ICD-10 beginnings) for which an operation (code or its beginning) is done. */
  oprn_diag: table({ code: text, icd_prefixes: list }),
  /**
   * MED-11: two that must not meet. Each is a drug (item code, generic or pharm_class); one may be the beginning of a
   * diagnosis. `text` says why.
   */
  interaction: table({ code_a: text, code_b: text, text }),
  /** MED-01: two drugs of one class (item codes or generics) that may be taken together. */
  combination_ok: table({ code_a: text, code_b: text }),
  fund_cap: table({ admdvs: text, insutype: text, year_cap: number }),
  income: table({ amount: number }),
  med_type_map: table({ med_class: text }),
  /** `kind` snooze: only for a time, by an officer; else an exception that was granted. */
  exception: table({
    detector_id: text,
    subject_type: text,
    subject_id: text,
    ...period,
    reason: text,
    kind: oneOf('exception', 'snooze'),
  }),
  /** Declared by the bureau, for a region or, without `admdvs`, everywhere. */
  emergency: table({ name: text, admdvs: text, ...period }),
} as const

export type ReferenceTable = keyof typeof REFERENCE_TABLES
export type ReferenceRow<T extends ReferenceTable> = (typeof REFERENCE_TABLES)[T]['row']

/** Columns of a table by which its rows are looked up, besides their id. A list column counts once per element. */
export const LOOKUP_COLUMNS: { readonly [T in ReferenceTable]?: readonly string[] } = {
  price_cap: ['code'],
  gender_limit: ['code'],
  age_limit: ['code'],
  mutex: ['code_a', 'code_b'],
  discount: ['codes'],
  unbundling: ['code', 'components'],
  frequency: ['code'],
  course: ['code'],
  indication: ['code'],
  care_mode: ['code'],
  level_limit: ['code'],
  insutype_limit: ['code'],
  second_line: ['code', 'first_line'],
  herbal_unpaid: ['code'],
  benefit_cap: ['code'],
  pair_required: ['code', 'any_of'],
  quantity_limit: ['code'],
  vbp: ['selected.code', 'agreed.fixmedins_code'],
  watch_list: ['code'],
  code_cc: ['code'],
  diag_support: ['code', 'any_of'],
  oprn_diag: ['code'],
  interaction: ['code_a', 'code_b'],
  combination_ok: ['code_a', 'code_b'],
  fund_cap: ['insutype'],
  exception: ['subject_id'],
}

/** Columns with codes of ICD-10 or their beginnings; those of items are no such codes, and look like none. */
export const ICD_COLUMNS: { readonly [T in ReferenceTable]?: readonly string[] } = {
  gender_limit: ['code'],
  age_limit: ['code'],
  indication: ['icd_prefixes'],
  code_cc: ['code', 'excluded'],
  diag_support: ['code'],
  oprn_diag: ['icd_prefixes'],
  interaction: ['code_a', 'code_b'],
}

/** Whether the contract knows a reference table of this name. */
export function isReferenceTable(name: string): name is ReferenceTable {
  return Object.hasOwn(REFERENCE_TABLES, name)
}
