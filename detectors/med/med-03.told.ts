import type { Discharge, FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import type { Visit } from '../detector.ts'
import { chargedLines, takenBackBeyond } from '../kit/bills/charged-lines.ts'
import { inPolicy } from '../kit/bills/finding.ts'
import { quantityOf } from '../kit/bills/taken-back.ts'
import { isBilledWeekly } from '../kit/care/billed-weekly.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { remembered, visitOf } from '../kit/parts/remembered.ts'
import { STAY_MEMORY } from '../kit/stays/stay.ts'
import type { ReferenceView } from '../reference.ts'
import { type Line, TAGS, type Tag, type Told } from './med-03.terms.ts'

const KNOWN_TAGS: ReadonlySet<string> = new Set(TAGS)
const SERVICES = '201'

/** The drugs and consumables of a treatment are none: the row with the tags says what an item is, else the line, else the code. */
function isService({ list_type, med_list_codg }: FeeLine, item: ReferenceRow<'item'> | undefined): boolean {
  const list = item?.list_type || list_type
  return list === '' ? !/^(?:[XZT]|C\d)/.test(med_list_codg) : list === SERVICES
}

function tagsOf(line: FeeLine, item: ReferenceRow<'item'> | undefined): readonly Tag[] {
  const tags = item?.tags
  return tags?.length && isService(line, item) ? TAGS.filter((tag) => tags.includes(tag)) : []
}

export function matters(item: ReferenceRow<'item'> | undefined): boolean {
  if (!item) return false
  if (item.unit === '小时') return true
  if (item.tags) for (const tag of item.tags) if (KNOWN_TAGS.has(tag)) return true
  return false
}

export function settled(visit: Visit, reference: ReferenceView): Told | 'STAY_TOO_LONG' | undefined {
  const charged = chargedLines(visit)
  const weekly = isInpatient(visit.med_class) && isBilledWeekly(visit, reference)
  const known = charged.flatMap((line, i): Line[] => {
    const item = itemOf(visit, charged, i)
    if (!matters(item)) return []
    const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt } = line
    const tags = tagsOf(line, item)
    // Continuous treatment is charged by the hour, whatever its row says.
    const hourly = item!.unit === '小时' || (tags.includes('crrt') && !item!.unit)
    if (tags.length === 0 && !hourly) return []
    // Beyond what the fund allows the person may pay alone; but nobody is operated on in two places, whoever pays.
    if (inPolicy(line) <= 0 && !tags.includes('anaesthesia')) return []
    return [{ sn, code, tags, hourly, weekly, at, cnt, inscp: inPolicy(line) }]
  })
  // What else was charged on a day so long ago may be forgotten already: the day cannot be counted.
  const lines = known.filter(({ at }) => visit.setl_time - at <= STAY_MEMORY)
  if (known.length > 0 && lines.length === 0) return 'STAY_TOO_LONG'
  const anaesthetised = lines.some(({ tags }) => tags.includes('anaesthesia'))
  const operations = visit.oprninfo.flatMap(({ oprn_oprt_code: code, oprn_begntime: from, oprn_endtime: to }) =>
    anaesthetised && from !== undefined && to !== undefined ? [{ code, from, to }] : [],
  )
  const counted = new Set(visit.feedetail.flatMap((line, i) => (matters(visit.items[i]) ? line.med_list_codg : [])))
  const back = takenBackBeyond(visit).filter((line) => counted.has(line.med_list_codg))
  if (lines.length === 0 && back.length === 0) return undefined
  const isEnd = isInpatient(visit.med_class) && visit.mid_setl_flag !== '1'
  const end = (isEnd && visit.endtime) || null
  return { visit: visitOf(visit), end, rank: -1, lines, back: back.map(quantityOf), operations, ...remembered(visit) }
}

export function discharged({ mdtrt_id, fixmedins_code, endtime, ingest_time = 0 }: Discharge): Told {
  const place = { fixmedins_code, admdvs: '', insu_admdvs: '' }
  const id = `discharge:${mdtrt_id}:${ingest_time}:${endtime}`
  return { id, at: endtime, visit: mdtrt_id, end: endtime, rank: ingest_time, lines: [], back: [], operations: [], ...place }
}
