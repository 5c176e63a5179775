import { formatTime, formatYuan } from '../parts/format.ts'
import type { Words } from '../words/words.ts'
import { unitOf } from './units.ts'

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/
const NUMBER = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 4 })
const PERCENT = new Intl.NumberFormat('zh-CN', { style: 'percent', maximumFractionDigits: 2 })

/** Where a value stands: what it means depends on it. */
export interface Standing {
  readonly field?: string
  readonly detector?: string
}

function numberText(value: number, { field = '', detector = '' }: Standing): string {
  switch (unitOf(field, detector)) {
    case 'yuan':
      return formatYuan(value)
    case 'share':
      return PERCENT.format(value)
    case 'percent':
      return PERCENT.format(value / 100)
    default:
      return NUMBER.format(value)
  }
}

/** A single value as text, in the unit of its field. */
export function plainText(value: unknown, words: Words, standing: Standing = {}): string {
  const { common } = words
  if (value === null || value === undefined || value === '') return common.none
  if (typeof value === 'boolean') return value ? common.yes : common.no
  if (typeof value === 'string') return TIME.test(value) ? formatTime(value) : value
  if (typeof value === 'number') return numberText(value, standing)
  if (Array.isArray(value)) return value.map((one) => plainText(one, words, standing)).join(words.common.and)
  const told = Object.entries(value as object).map(
    ([name, one]) => `${name} ${plainText(one, words, { ...standing, field: name })}`,
  )
  return told.join(common.and)
}
