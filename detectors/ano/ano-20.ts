import { DAY, HOUR, type Instant, SECOND } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { addId, countOf, type FirstIds, namedIds, noIds, removeId } from '../kit/parts/first-ids.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { endOfMonth } from '../kit/plain/calendar.ts'
import { type Ended, endedStays } from '../kit/stays/ended-stays.ts'
import { byDefault } from '../params.ts'

/** Discharges of one institution and month by their days of stay; those at the limit by name. */
interface Month {
  readonly month: string
  readonly stays: number[]
  readonly ids: FirstIds
  admdvs: string
}

interface Evidence {
  readonly month: string
  readonly fixmedins_code: string
  readonly limit_days: number
  /** Discharges after 1, 2, ... days. */
  readonly histogram: readonly number[]
  readonly discharges: number
  readonly at_limit: number
  readonly neighbours: number
  readonly p: number
}

interface Params {
  readonly limit_days: number
  readonly factor: number
  readonly p: number
}

const ENDED = 'ANO-20/ended'
const CLOSES = 72 * HOUR
const KEPT = 400 * DAY
const SHOWN_DAYS = 30
/** A smaller chance is said to be below this. */
const SMALLEST_SAID = 0.000001
/** Two days at the limit, and two on either side of them. */
const [AT_LIMIT, NEIGHBOURS] = [2, 4]

/** Longer stays are as long as this. */
const LONGEST = 60

/** 单病种住院: pathways of a fixed length. */
const PATHWAY = /^(?:26|2102)/

function isLeftOut({ med_class, med_type }: Visit): boolean {
  return (med_class !== 'IPT' && med_class !== 'MAT_IPT') || PATHWAY.test(med_type)
}

function isAtLimit(days: number, { limit_days }: Params): boolean {
  return days === limit_days || days === limit_days - 1
}

/** Of so many, each at the limit with this chance: how likely are at least `hits`. */
function atLeast(hits: number, of: number, chance: number): number {
  let term = (1 - chance) ** of
  let below = 0
  for (let k = 0; k < hits; k++) {
    below += term
    term *= ((of - k) / (k + 1)) * (chance / (1 - chance))
  }
  return Math.max(0, 1 - below)
}

function findingOn(
  root: string,
  { month, stays, ids, admdvs }: Month,
  { limit_days, factor, p }: Params,
): Finding<Evidence> | undefined {
  const on = (...days: readonly number[]) => days.reduce((sum, day) => sum + (stays[day] ?? 0), 0)
  const atLimit = on(limit_days - 1, limit_days)
  const neighbours = on(limit_days - 3, limit_days - 2, limit_days + 1, limit_days + 2)
  if (atLimit / AT_LIMIT <= factor * (neighbours / NEIGHBOURS)) return undefined
  const likelihood = atLeast(atLimit, atLimit + neighbours, AT_LIMIT / (AT_LIMIT + NEIGHBOURS))
  if (likelihood >= p) return undefined
  const setl_ids = namedIds(ids)
  return {
    subject: { type: 'institution', id: root },
    bucket: month,
    result: 'indicator',
    severity: 4,
    vola_amt: 0,
    setl_ids,
    setl_count: countOf(ids),
    lines: [],
    at: endOfMonth(month) - SECOND,
    count: atLimit,
    ...{ psn_no: '', fixmedins_code: root, admdvs, insu_admdvs: '' },
    evidence: {
      month,
      fixmedins_code: root,
      limit_days,
      histogram: Array.from({ length: SHOWN_DAYS }, (_, i) => stays[i + 1] ?? 0),
      discharges: stays.reduce((sum, count) => sum + (count ?? 0), 0),
      at_limit: atLimit,
      neighbours,
      p: Number(likelihood.toPrecision(2)),
    },
  }
}

function judged(memory: Month, { root, params, watermark }: Context<Params>): Step<Month, Evidence> {
  const closes: Instant = endOfMonth(memory.month) + CLOSES
  const step = { state: memory, forgetAt: closes + KEPT }
  if (watermark < closes) return { wakeAt: closes, ...step }
  const finding = findingOn(root, memory, params)
  return { holds: finding ? [finding] : NOTHING_HOLDS, ...step }
}

/** ANO-20 住院天数聚集: stays end just before a limit, as if the average were a cap. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-20',
  version: 2,
  title: { zh: '住院天数聚集', en: 'Lengths of stay clustered at a limit' },
  category: 'ANO',
  result: 'indicator',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(一)' }],
  stages: ['post'],
  behaviour: '分解住院',
  params: {
    limit_days: byDefault(15, 'the day of the limit and the one before it'),
    factor: byDefault(2, "times the neighbours' mean"),
    p: byDefault(0.001, 'likelier than this it is chance'),
  },
  parts: [
    endedStays({ topic: ENDED, isLeftOut, kept: KEPT }),
    {
      name: '',
      on: ['told'],
      hears: [ENDED],
      space: 'institution',
      root: ({ topic, of }: Told) => (topic === ENDED ? of : ''),
      key: ({ period }: Told) => period,
      memoryless: false,
      owned: true,
      initial: (): Month => ({ month: '', stays: new Array(LONGEST + 1).fill(0), ids: noIds(), admdvs: '' }),
      onEvent(known: Month, { period, admdvs, values }: Told, context) {
        const { days, names, sign } = values as Ended
        // What was forgotten long ago is not taken back.
        if (known.month === '' && sign < 0) return UNCHANGED
        const memory = known.admdvs === '' ? { ...known, month: period, admdvs } : known
        memory.stays[Math.min(LONGEST, days)]! += sign
        if (isAtLimit(days, context.params)) {
          for (const [id, at] of names) {
            if (sign > 0) addId(memory.ids, id, at)
            else removeId(memory.ids, id)
          }
        }
        if (memory.stays.every((count) => count === 0)) return { state: undefined, holds: NOTHING_HOLDS }
        return judged(memory, context)
      },
      onTime: judged,
    },
  ],
  explain({ month, limit_days, discharges, at_limit, neighbours, p }, language) {
    return language === 'zh'
      ? `${month}出院${discharges}人次中${at_limit}人次住满${limit_days - 1}至${limit_days}天，前后各两天共${neighbours}人次，概率${p < SMALLEST_SAID ? `不足${SMALLEST_SAID}` : p}。`
      : `In ${month} ${at_limit} of ${discharges} stays ended after ${limit_days - 1} or ${limit_days} days, ${neighbours} on the two days before and after; by chance with p ${p < SMALLEST_SAID ? `< ${SMALLEST_SAID}` : `= ${p}`}.`
  },
  example: {
    month: '2026-03',
    fixmedins_code: 'H99010100001',
    limit_days: 15,
    histogram: [2, 4, 9, 14, 16, 18, 15, 13, 11, 9, 7, 5, 4, 19, 16, 3, 2, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
    discharges: 171,
    at_limit: 35,
    neighbours: 14,
    p: 0.000003,
  },
})
