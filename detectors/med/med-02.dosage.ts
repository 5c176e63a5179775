/** How much at a time, and of what: grams, millilitres, pieces. */
export interface Dose {
  readonly amount: number
  readonly unit: string
}

const AMOUNT = '(\\d+(?:\\.\\d+)?)'
const UNIT = '(mg|毫克|μg|ug|微克|g|克|ml|毫升|万iu|万u|万单位|iu|u|单位|片|粒|丸|袋|支|包|枚|滴|贴|喷|揿|吸)'
const DOSE = new RegExp(`^(?:每次|一次|1次)?${AMOUNT}${UNIT}(?:/次|每次)?$`)

/** Each unit by the one it is a multiple of, so that doses and limits can be compared. */
const UNITS: Readonly<Record<string, readonly [unit: string, factor: number]>> = {
  ...{
    mg: ['mg', 1],
    毫克: ['mg', 1],
    g: ['mg', 1000],
    克: ['mg', 1000],
    μg: ['mg', 0.001],
    ug: ['mg', 0.001],
    微克: ['mg', 0.001],
  },
  ...{ ml: ['ml', 1], 毫升: ['ml', 1] },
  ...{ iu: ['iu', 1], u: ['iu', 1], 单位: ['iu', 1], 万iu: ['iu', 10_000], 万u: ['iu', 10_000], 万单位: ['iu', 10_000] },
}

/** Blanks, full-width letters and digits, and capitals make no difference. */
function plain(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s/g, '').replaceAll('µ', 'μ').toLowerCase()
}

/** A single dose such as `0.5g` or `每次2片`; `undefined` where the text says anything else besides. */
export function parseDose(text: string): Dose | undefined {
  const [, amount, unit] = DOSE.exec(plain(text)) ?? []
  return amount && unit ? { amount: Number(amount), unit } : undefined
}

/** How many of one unit are one of another; `undefined` where they measure different things. */
export function conversion(from: string, to: string): number | undefined {
  const [a, b] = [plain(from), plain(to)]
  if (a === b) return 1
  const [one, other] = [UNITS[a], UNITS[b]]
  return one && other && one[0] === other[0] ? one[1] / other[1] : undefined
}

const LATIN: Readonly<Record<string, number>> = {
  ...{ qd: 1, qn: 1, qm: 1, qod: 0.5, bid: 2, tid: 3, qid: 4, hs: 1, qw: 1 / 7, biw: 2 / 7, tiw: 3 / 7, st: 1 },
}
const NUMERALS: Readonly<Record<string, number>> = { 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8 }
const COUNT = '(\\d+|[一二两三四五六七八])'
const PER_DAY = new RegExp(`^(?:(?:每日|每天|一日|一天|1日|1天|日|分)${COUNT}次?|${COUNT}次/(?:日|天|d))$`)
const HOURS = new RegExp(`^(?:q(\\d+)h|(?:每|每隔)${COUNT}(?:小时|h)(?:一次|1次)?)$`)
const EVERY_DAY = /^(?:每晚|睡前|每早|晨起)(?:一次|1次)?$/
const EVERY_OTHER_DAY = /^隔(?:日|天)(?:一次|1次)?$/
const EVERY_WEEK = new RegExp(`^(?:每周|一周)${COUNT}次$`)

function numeral(text: string): number {
  return NUMERALS[text] ?? Number(text)
}

/** Times a day; `undefined` for `as needed`, and for everything that is not understood beyond doubt. */
export function parseFrequency(text: string): number | undefined {
  const told = plain(text).replaceAll('.', '')
  const latin = LATIN[told]
  if (latin !== undefined) return latin
  const [, daily, slashed] = PER_DAY.exec(told) ?? []
  if (daily ?? slashed) return numeral((daily ?? slashed)!)
  const [, hours, spelt] = HOURS.exec(told) ?? []
  if (hours ?? spelt) return 24 / numeral((hours ?? spelt)!)
  if (EVERY_DAY.test(told)) return 1
  if (EVERY_OTHER_DAY.test(told)) return 0.5
  const [, weekly] = EVERY_WEEK.exec(told) ?? []
  return weekly ? numeral(weekly) / 7 : undefined
}
