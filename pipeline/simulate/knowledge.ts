import type { Calendar } from './calendar.ts'
import { CATALOGUE, CHILDREN_SYRUP, CHRONIC_DRUGS, GYNAECOLOGY, PROSTATE } from './catalogue.ts'
import { CHRONIC_DISEASES } from './diagnosis.ts'
import { doctorRow, FAR_AHEAD, institutionRow, LONG_AGO, type ReferenceRow, staffOf } from './institution.ts'
import { type Item, itemRow } from './item.ts'
import type { Person } from './person.ts'
import type { Region } from './region.ts'

/** The most people that the head of the stream introduces; of the others the region knows what their settlements say. */
const MOST_PEOPLE = 5000
const KNOWN_ONE_IN = 20
const HOLIDAYS = new Set(['01-01', '05-01', '05-02', '05-03', '10-01', '10-02', '10-03'])

/** The reference rows that ordinary business relies on, one by one. */
export function* regionRows(region: Region, days: number): Generator<ReferenceRow> {
  for (const institution of region.institutions) {
    yield { table: 'institution', id: institution.code, row: institutionRow(institution) }
    for (const doctor of staffOf(institution)) {
      yield { table: 'doctor', id: doctor.code, row: doctorRow(doctor) }
    }
  }
  for (let index = 0; index < Math.min(region.population, MOST_PEOPLE * KNOWN_ONE_IN); index += KNOWN_ONE_IN) {
    const person = region.person(index)
    yield { table: 'person', id: person.psn_no, row: personRow(person) }
  }
  for (const item of CATALOGUE) {
    yield* itemRows(item)
    yield {
      table: 'price_cap',
      id: `cap-${item.code}`,
      row: { code: item.code, cap: item.price / 100 },
      effective_from: LONG_AGO,
    }
  }
  yield* limits()
  yield* calendarRows(region.calendar, days)
}

/** What is known of an item: itself, and which trace codes it carries. */
export function* itemRows(item: Item): Generator<ReferenceRow> {
  yield { table: 'item', id: item.code, row: itemRow(item) }
  if (item.trace_prefix !== undefined) yield { table: 'trace_product', id: item.trace_prefix, row: { codes: [item.code] } }
}

export function personRow(person: Person): Record<string, unknown> {
  return { gend: person.gend, brdy: person.brdy, insured: [{ from: LONG_AGO, to: FAR_AHEAD, insutype: person.insutype }] }
}

function* limits(): Generator<ReferenceRow> {
  const gender = (item: Item, gend: string): ReferenceRow => ({
    table: 'gender_limit',
    id: `gender-${item.code}`,
    row: { code: item.code, gend },
    effective_from: LONG_AGO,
  })
  yield gender(GYNAECOLOGY, '2')
  yield gender(PROSTATE, '1')
  yield {
    table: 'age_limit',
    id: `age-${CHILDREN_SYRUP.code}`,
    row: { code: CHILDREN_SYRUP.code, max_years: 14 },
    effective_from: LONG_AGO,
  }
  for (const [disease, drugs] of CHRONIC_DRUGS.entries()) {
    const icd_prefixes = [CHRONIC_DISEASES[disease]!.code.slice(0, 3)]
    for (const { code } of drugs) {
      yield {
        table: 'indication',
        id: `for-${code}`,
        row: { code, icd_prefixes, match: 'any', strict: true },
        effective_from: LONG_AGO,
      }
    }
  }
}

function* calendarRows(calendar: Calendar, days: number): Generator<ReferenceRow> {
  for (let index = -31; index < days + 31; index++) {
    const day = calendar.day(index)
    const weekend = calendar.weekday(index) % 6 === 0
    const holiday = HOLIDAYS.has(day.slice(5))
    yield {
      table: 'calendar',
      id: day,
      row: { workday: !weekend && !holiday, name: holiday ? '节假日' : weekend ? '周末' : '工作日' },
    }
  }
}
