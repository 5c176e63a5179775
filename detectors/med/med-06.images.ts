import type { FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import type { Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy } from '../kit/bills/finding.ts'
import type { Quantity } from '../kit/bills/taken-back.ts'
import { takenBackBy } from '../kit/bills/visit-bills.ts'
import { isInIcdRange, isWestern } from '../kit/care/icd.ts'
import { itemOf } from '../kit/items/item-of.ts'
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

/** Acute strokes, and injuries within the skull. */
const BRAIN = ['I60-I64', 'S06-S06']
const HEAD = /head|brain|skull|crani|头|颅|脑/i

/**
 * Whether images of the head are followed up: within a day of an acute stroke or an injury of the brain another is due, and
 * whoever takes such a patient over images anew (card: critical follow-up). An old stroke in the consulting room is none.
 */
export function isCritical({ med_class, feedetail, diseinfo }: Visit): boolean {
  if (!isInpatient(med_class) && med_class !== 'ER' && !feedetail.some(({ er_flag }) => er_flag === '1')) return false
  return diseinfo.some((told) => isWestern(told) && BRAIN.some((range) => isInIcdRange(told.diag_code, range)))
}

export function isOfHead({ part }: Pick<Image, 'part'>): boolean {
  return HEAD.test(part)
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
