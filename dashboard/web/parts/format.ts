import { passageName } from '../words/laws.ts'
import type { Language } from '../words/words.ts'

const YUAN = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** Yuan as `¥1,280.00`. */
export function formatYuan(yuan: number): string {
  return `¥${YUAN.format(yuan)}`
}

const PRICE = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 4 })

/** A price of one unit, which may have parts of a fen. */
export function formatPrice(yuan: number): string {
  return `¥${PRICE.format(yuan)}`
}

export function formatCount(count: number): string {
  return count.toLocaleString('zh-CN')
}

/** `2026-01-05T09:31:07+08:00` as `2026-01-05 09:31:07`: alerts carry Beijing time, and that is what is shown. */
export function formatTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ')
}

/** Without its year and its seconds, for lists. */
export function formatMinute(iso: string): string {
  return formatTime(iso).slice(5, 16)
}

const BEIJING = 8 * 3_600_000

/** When something came: of today the clock, else the day and the minute. */
export function formatArrival(iso: string, now: number = Date.now()): string {
  const today = new Date(now + BEIJING).toISOString().slice(0, 10)
  return iso.startsWith(today) ? formatTime(iso).slice(11) : formatMinute(iso)
}

/** The last day of a term, which ends with the midnight after it. */
export function lastDay(due: string): string {
  return new Date(Date.parse(due) - 1 + BEIJING).toISOString().slice(0, 10)
}

/** The clock of Beijing, `HH:mm:ss`. */
export function formatClock(at: Date): string {
  return at.toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false })
}

const CHINESE_DIGITS = '一二三四五六七八九十'

/** `38(三)` as 第38条第（三）项 or Art. 38 (3); a passage without a number by its words. */
export function formatArticle(article: string, language: Language): string {
  const match = /^(\d+)(?:[(（](.+?)[)）])?$/.exec(article)
  if (!match) return passageName(article, language)
  const [, number, item] = match
  if (language === 'zh') return `第${number}条${item ? `第（${item}）项` : ''}`
  const place = item ? CHINESE_DIGITS.indexOf(item) + 1 : 0
  return `Art. ${number}${item ? ` (${place || item})` : ''}`
}
