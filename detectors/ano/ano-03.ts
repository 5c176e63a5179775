import { formatYuan } from '../../schemas/money.ts'
import { DAY, dayOf, HOUR, MINUTE } from '../../schemas/time.ts'
import { defineDetector, type Told, type Visit } from '../detector.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import { relay, TOPIC } from './ano-03.beside.ts'
import { groupFindings } from './ano-03.group.ts'
import { DAY_FORM, type DaySwipe, FORM, isPurchase, type PharmacySwipe, swipe } from './ano-03.swipe.ts'
import { aroundBursts, burstsOf, burstsOn } from './ano-03.swipes.ts'
import type { Evidence, Params } from './ano-03.terms.ts'
import { isUpload } from './ano-03.upload.ts'
import { findingOn } from './ano-03.verdict.ts'

/** Settlements in bursts whose persons are compared. Where bursts never end, a number of terminals is missing. */
const COMPARED_SWIPES = 2_000
/** How far back a void can still bring settlements together. */
const RING = HOUR
/** What lies so near to a burst is kept with it. */
const REACH = 10 * MINUTE
const LATENESS = 10 * MINUTE

/**
 * ANO-03 药店连续刷卡: persons settled faster than a counter can serve them.
 *
 * Bursts are judged by the calendar day on which they begin, so that what an alert rests on stays with that day; what is
 * settled near midnight is told to the day beside it. Whether a group came again is judged over a month of bursts, and is an
 * alert of its own.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-03',
  version: 5,
  title: { zh: '药店连续刷卡', en: 'Consecutive swipes at a pharmacy' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(一)' }],
  stages: ['mid'],
  behaviour: '诱导协助冒名或虚假就医购药',
  params: {
    ordinary_persons: byDefault(7, 'more persons than this within the window'),
    persons_per_terminal: byDefault(6.7, 'and more than this per terminal: one per 45 seconds'),
    window_minutes: byDefault(5),
    median_seconds: byDefault(20, 'median gap that is too quick also beyond the window'),
    serving_seconds: byDefault(45, 'per person and terminal'),
    mean_lines: byDefault(3, 'larger baskets are shopping'),
    group_persons: byDefault(5, 'persons who come again together'),
    group_similarity: byDefault(0.5, 'Jaccard'),
    group_days: byDefault(30),
    operator_persons: byDefault(5, 'persons of a burst whom one operator served: one level more severe'),
    posting_hours: byDefault(2, 'who was served longer before was settled by an upload'),
  },
  parts: [
    relay,
    windowRule<Visit | Told, DaySwipe, Evidence, Params>({
      on: ['settlement', 'told'],
      hears: [TOPIC],
      space: 'institution',
      root: (event) => (event.kind === 'told' ? (event.topic === TOPIC ? event.of : '') : event.fixmedins_code),
      key: (event) => (event.kind === 'told' ? event.period : String(dayOf(event.setl_time))),
      concerns: (event) => event.kind === 'told' || isPurchase(event),
      form: DAY_FORM,
      keep: RING,
      lateness: LATENESS,
      remember: (event, context) => (event.kind === 'told' ? (event.values as DaySwipe) : swipe(event, context)),
      judge(swipes, { root, params }) {
        const bursts = burstsOn(swipes, params)
        if (bursts.length === 0) return { holds: NOTHING_HOLDS }
        const isAround = aroundBursts(bursts, REACH)
        const swiped = bursts.filter((burst) => !isUpload(burst, params))
        const holds = swiped.length > 0 ? [findingOn(root, swiped, [], params)] : NOTHING_HOLDS
        return { holds, keep: ({ at }) => (isAround(at) ? DAY : RING) }
      },
    }),
    windowRule<Visit, PharmacySwipe, Evidence, Params>({
      name: 'GROUP',
      on: ['settlement'],
      space: 'institution',
      root: (visit) => visit.fixmedins_code,
      concerns: isPurchase,
      form: FORM,
      keep: RING,
      lateness: LATENESS,
      remember: swipe,
      judge(swipes, { root, params }) {
        const bursts = burstsOf(swipes, params)
        if (bursts.length === 0) return { holds: NOTHING_HOLDS }
        const since = bursts.flat().at(-COMPARED_SWIPES)?.at ?? Number.NEGATIVE_INFINITY
        const isAround = aroundBursts(bursts, REACH)
        const keep = ({ at }: PharmacySwipe) => (at >= since && isAround(at) ? params.group_days * DAY : RING)
        const swiped = bursts.filter((burst) => !isUpload(burst, params))
        return { holds: groupFindings(root, swiped, params), keep }
      },
    }),
  ],
  explain({ day, bursts, settlements, vola_amt }, language) {
    const [burst] = bursts
    if (!burst) return ''
    const amount = formatYuan(vola_amt * 100)
    const time = burst.from.slice(11, 19)
    const again = bursts.find(({ repeats }) => repeats)?.repeats
    if (again) {
      const before = again.from.slice(0, 10)
      return language === 'zh'
        ? `同一批${again.common_persons}人${before}和${day}两次一起连续刷卡，相似度${again.similarity}，基金${amount}元。`
        : `The same ${again.common_persons} persons were settled one after another on ${before} and again on ${day} (similarity ${again.similarity}); the fund paid ${amount} yuan the second time.`
    }
    return language === 'zh'
      ? `${day}连续刷卡${settlements}笔：${time}起${burst.persons}人，间隔中位数${burst.median_gap_seconds}秒，共${bursts.length}段，基金${amount}元。`
      : `On ${day} ${settlements} settlements followed one another in ${counted(bursts.length, 'burst')}: from ${time} ${burst.persons} persons with a median gap of ${burst.median_gap_seconds} seconds; the fund paid ${amount} yuan.`
  },
  example: {
    day: '2026-03-02',
    fixmedins_code: 'P99010100001',
    terminals: 1,
    bursts: [
      {
        ...{ from: '2026-03-02T10:00:00+08:00', to: '2026-03-02T10:03:30+08:00', settlements: 8, persons: 8 },
        ...{ median_gap_seconds: 30, mean_lines: 1.5 },
        repeats: { from: '2026-02-20T19:00:00+08:00', common_persons: 6, similarity: 0.6 },
      },
    ],
    swipes: [{ setl_id: 'S1', setl_time: '2026-03-02T10:00:00+08:00', psn_no: 'PSN1', lines: 1 }],
    settlements: 8,
    vola_amt: 240,
  },
})
