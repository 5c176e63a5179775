import { shareOf, yuan } from '../../schemas/money.ts'
import { type Day, formatDay, startOfDay } from '../../schemas/time.ts'
import type { Context, Finding } from '../detector.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { countThere, isThere, type Span } from './ano-18.presence.ts'
import type { Evidence, Params, Ward } from './ano-18.terms.ts'

const SHOWN = 31
const MOST_SETTLEMENTS = 500

export function findingOn(
  root: string,
  days: readonly Day[],
  spans: readonly Span[],
  ward: Ward,
  { params }: Context<Params>,
): Finding<Evidence> {
  const counts = days.map((day) => ({ day: formatDay(day), inpatients: countThere(spans, day) }))
  const peak = Math.max(...counts.map(({ inpatients }) => inpatients))
  const made = days[params.days - 1]!
  const beds = ward.beds[made]!
  const present = spans.filter((span) => days.some((day) => isThere(span, day)))
  const settled = present.flatMap(({ stay }) => stay.settled).sort(inTime)
  const fund = settled.reduce((sum, entry) => sum + entry.fund, 0)
  // Nobody can say which of the patients had no bed: the amount is the share of those that were too many.
  const vola_amt = shareOf(fund, peak - beds, peak)
  return {
    subject: { type: 'institution', id: root },
    bucket: formatDay(made),
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: settled.slice(0, MOST_SETTLEMENTS).map(({ id }) => id),
    setl_count: settled.length,
    lines: [],
    at: startOfDay(made + 1) - 1000,
    first_seen: startOfDay(days[0]!),
    last_seen: startOfDay(days.at(-1)! + 1) - 1000,
    count: days.length,
    ...{ psn_no: '', fixmedins_code: root, admdvs: ward.admdvs, insu_admdvs: '' },
    evidence: {
      fixmedins_code: root,
      beds,
      limit: Math.floor(beds * params.occupancy),
      days: counts.slice(0, SHOWN),
      day_count: days.length,
      peak,
      vola_amt: yuan(vola_amt),
    },
  }
}
