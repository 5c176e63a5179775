import type { FeeLine } from '../../schemas/events.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import type { Visit } from '../detector.ts'
import { chargedLines } from '../kit/charged-lines.ts'
import { inPolicy } from '../kit/finding.ts'
import { itemOf } from '../kit/item-of.ts'
import type { Quantity } from '../kit/taken-back.ts'
import { takenBackBy } from '../kit/visit-bills.ts'
import type { Image } from './med-06.terms.ts'

const EXAMINATION = '03'

type Item = ReferenceRow<'item'> | undefined

function modalityOf(item: Item): 'ct' | 'mri' | '' {
  return item?.tags?.includes('ct') ? 'ct' : item?.tags?.includes('mri') ? 'mri' : ''
}

export function isCostly(item: Item, line: FeeLine): boolean {
  if (!item) return false
  return modalityOf(item) !== '' || (item.high_value === true && line.med_chrgitm_type === EXAMINATION)
}

export function isExamination(item: Item, line: FeeLine): boolean {
  return line.med_chrgitm_type === EXAMINATION || isCostly(item, line)
}

export function imagesOf(visit: Visit): Image[] {
  const lines = chargedLines(visit)
  return lines.flatMap((line, i): Image[] => {
    const item = itemOf(visit, lines, i)
    if (!isCostly(item, line)) return []
    const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt } = line
    const modality = modalityOf(item)
    const part = modality && item?.body_part ? `${modality} ${item.body_part}` : ''
    return [{ sn, code, name: item?.name || code, part, at, cnt, inscp: inPolicy(line) }]
  })
}

/** The images that a bill takes back of earlier ones. */
export function imagesBack(visit: Visit): readonly Quantity[] {
  const costly = (line: FeeLine, i: number) => isCostly(visit.items[i], line)
  const codes = new Set(visit.feedetail.filter(costly).map(({ med_list_codg }) => med_list_codg))
  return takenBackBy(visit, ({ med_list_codg }) => codes.has(med_list_codg))
}
