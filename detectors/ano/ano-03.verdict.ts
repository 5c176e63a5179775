import { yuan } from '../../schemas/money.ts'
import { dayOf, formatDay, formatInstant, SECOND } from '../../schemas/time.ts'
import type { Finding } from '../detector.ts'
import { distinct } from '../kit/parts/runs.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import type { PharmacySwipe } from './ano-03.swipe.ts'
import { medianGap, type Repetition } from './ano-03.swipes.ts'
import type { Evidence, Params } from './ano-03.terms.ts'

export type Burst = readonly PharmacySwipe[]

const SHOWN_BURSTS = 20
const SHOWN_SWIPES = 50

/** Whether one operator served so many persons of a burst (ANO-02's card). */
function isOneHand(burst: Burst, { operator_persons }: Params): boolean {
  const hands = groupBy(
    burst.filter(({ opter }) => opter !== ''),
    ({ opter }) => opter,
  )
  return [...hands.values()].some((served) => distinct(served, ({ psn_no }) => psn_no) >= operator_persons)
}

export function findingOn(
  fixmedins_code: string,
  bursts: readonly Burst[],
  repetitions: readonly Repetition<PharmacySwipe>[],
  params: Params,
): Finding<Evidence> {
  const within = bursts.flat()
  const before = repetitions.flatMap(({ earlier }) => earlier)
  const swipes = before.length === 0 ? within : merged(before, within)
  const [first, last] = [bursts[0]![0]!, bursts.at(-1)!.at(-1)!]
  const vola_amt = within.reduce((sum, { fund }) => sum + fund, 0)
  const { admdvs } = last
  const day = formatDay(dayOf(first.at))
  return {
    subject: { type: 'institution', id: fixmedins_code },
    bucket: day,
    result: 'suspicion',
    severity: repetitions.length > 0 || bursts.some((burst) => isOneHand(burst, params)) ? 1 : 2,
    vola_amt,
    setl_ids: swipes.map(({ id }) => id),
    lines: [],
    at: last.at,
    first_seen: first.at,
    count: bursts.length,
    // The alert speaks of the pharmacy and of none of its many customers.
    ...{ psn_no: '', fixmedins_code, admdvs, insu_admdvs: '' },
    evidence: {
      day,
      fixmedins_code,
      terminals: last.terminals,
      bursts: bursts.slice(0, SHOWN_BURSTS).map((burst) =>
        shown(
          burst,
          repetitions.find(({ later }) => later === burst),
        ),
      ),
      swipes: swipes.slice(0, SHOWN_SWIPES).map(({ id, at, psn_no, lines }) => ({
        ...{ setl_id: id, setl_time: formatInstant(at), psn_no, lines },
      })),
      settlements: swipes.length,
      vola_amt: yuan(vola_amt),
    },
  }
}

/** Each once, by time and id. */
function merged(earlier: Burst, later: Burst): Burst {
  const named = new Map([...earlier, ...later].map((entry) => [entry.id, entry]))
  return [...named.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}

function shown(burst: Burst, repetition: Repetition<PharmacySwipe> | undefined): Evidence['bursts'][number] {
  const lines = burst.reduce((sum, entry) => sum + entry.lines, 0)
  return {
    from: formatInstant(burst[0]!.at),
    to: formatInstant(burst.at(-1)!.at),
    settlements: burst.length,
    persons: new Set(burst.map(({ psn_no }) => psn_no)).size,
    median_gap_seconds: medianGap(burst) / SECOND,
    mean_lines: Math.round((lines / burst.length) * 100) / 100,
    repeats: repetition
      ? {
          from: formatInstant(repetition.earlier[0]!.at),
          common_persons: repetition.common.length,
          similarity: Math.round(repetition.similarity * 100) / 100,
        }
      : null,
  }
}
