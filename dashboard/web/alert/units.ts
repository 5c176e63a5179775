/** In what a number of evidence is told: yuan, a share of one, or a number of hundred. */
type Unit = 'yuan' | 'share' | 'percent'

const named = (unit: Unit, fields: string): [string, Unit][] => fields.split(' ').map((field) => [field, unit])

/** Fields that mean the same whoever kept them. */
const UNITS: ReadonlyMap<string, Unit> = new Map([
  ...named('yuan', 'vola_amt fund fund_pay_sumamt pric price medfee medfee_sumamt det_item_fee_sumamt cost mean_cost paid'),
  ...named('yuan', 'paid_beside standard_price overpriced_amt deferred_amt voided_fund loss amount quota balance income'),
  ...named('yuan', 'expenditure mean_expenditure mean mean_before psn_part fixed_limit burden benefits_received p5 p50 p95 p99'),
  ...named('share', 'missing_share other_share diagnosis_share same_stay_share burn elapsed projected growth region_growth'),
  ...named('share', 'expenditure_change income_change progress rise outside_list above_limit paid_first'),
  ...named('percent', 'share rate whole_share peer_share tests_share digits'),
])

/** Fields whose unit one detector alone gives them. */
const OF_DETECTOR: Readonly<Record<string, ReadonlyMap<string, Unit>>> = {
  'POL-01': new Map(named('yuan', 'cap excess')),
  'POL-05': new Map([...named('yuan', 'charged expected'), ...named('share', 'ratio')]),
  'POL-06': new Map(named('yuan', 'charged')),
  'POL-17': new Map(named('yuan', 'cap total')),
  'MGT-24': new Map(named('percent', 'ratio limit median floor mad')),
  'ANO-11': new Map(named('yuan', 'usual highest')),
  'ANO-09': new Map(named('share', 'share')),
  'ANO-16': new Map(named('yuan', 'limit')),
  'FND-01': new Map(named('share', 'level')),
  'FND-02': new Map(named('share', 'total volume price mix limit')),
  'FND-04': new Map(named('share', 'ratio limit median mad')),
  'FND-09': new Map(named('share', 'limit')),
}

/** The categories of fees by their national code, where evidence divides a cost by them. */
const isFeeCategory = (field: string) => /^(0[1-9]|1[0-4])$/.test(field)

export function unitOf(field: string, detectorId: string): Unit | undefined {
  return OF_DETECTOR[detectorId]?.get(field) ?? UNITS.get(field) ?? (isFeeCategory(field) ? 'yuan' : undefined)
}
