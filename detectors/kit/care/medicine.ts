import type { FeeLine } from '../../../schemas/events.ts'
import type { ReferenceRow } from '../../../schemas/reference.ts'
import type { Visit } from '../../detector.ts'

type Item = ReferenceRow<'item'> | undefined

const SLICES = '102'
/** 西药中成药, 中药饮片, 自制剂, 民族药. */
const MEDICINES = new Set(['101', SLICES, '103', '104'])

function listOf({ list_type }: Pick<FeeLine, 'list_type'>, item: Item): string {
  return list_type || item?.list_type || ''
}

/** Whether the line is a drug: by its catalogue, else by its code, which begins with X (western), Z (patent) or T (slices). */
export function isMedicine(line: Pick<FeeLine, 'list_type' | 'med_list_codg'>, item: Item): boolean {
  const list = listOf(line, item)
  return list === '' ? /^[XZT]/.test(line.med_list_codg) : MEDICINES.has(list)
}

/** 中药饮片. */
export function isSlice(line: Pick<FeeLine, 'list_type' | 'med_list_codg'>, item: Item): boolean {
  const list = listOf(line, item)
  return list === '' ? line.med_list_codg.startsWith('T') : list === SLICES
}

/** 西药中成药. */
export function isWesternOrPatent(line: Pick<FeeLine, 'list_type' | 'med_list_codg'>, item: Item): boolean {
  const list = listOf(line, item)
  return list === '' ? /^[XZ]/.test(line.med_list_codg) : list === '101'
}

/** Whether any line of the visit is a drug. */
export function hasMedicine({ feedetail, items }: Pick<Visit, 'feedetail' | 'items'>): boolean {
  for (let i = 0; i < feedetail.length; i++) if (isMedicine(feedetail[i]!, items[i])) return true
  return false
}
