import type { Language } from './dossier.ts'

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/

/** A value of evidence or of an event, as it can stand in a line. */
export function plain(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'string') return TIME.test(value) ? shortTime(value) : value
  if (Array.isArray(value) && value.every((one) => one === null || typeof one !== 'object')) return value.map(plain).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `2026-01-05T09:31:07+08:00` as `2026-01-05 09:31:07`. */
export function shortTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ')
}

/** Yuan as `1,280.00`; written out because the grouping of a machine's language must not reach the pages. */
export function yuanText(yuan: number): string {
  const [whole, cents] = yuan.toFixed(2).split('.')
  return `${whole!.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`
}

/** `38(三)` as 第38条第（三）项 or art. 38 (三); anything else as it is written. */
export function articleText(article: string, language: Language): string {
  const match = /^(\d+)(?:[(（](.+?)[)）])?$/.exec(article)
  if (!match) return article
  const [, number, item] = match
  if (language === 'zh') return `第${number}条${item ? `第（${item}）项` : ''}`
  return `art. ${number}${item ? ` (${item})` : ''}`
}
