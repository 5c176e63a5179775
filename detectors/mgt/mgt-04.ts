import type { Admission, Discharge, FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, shareOf } from '../../schemas/money.ts'
import { formatInstant, type Instant, SECOND } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { nationalCode } from '../item-code.ts'
import { chargedLines, takenBackBeyond } from '../kit/bills/charged-lines.ts'
import { type Excess, excessOver, sumOf } from '../kit/bills/excess.ts'
import { inPolicy } from '../kit/bills/finding.ts'
import { itemName } from '../kit/items/item-name.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { sorted } from '../kit/parts/packed.ts'
import { restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { NEWBORN_DAYS } from '../kit/stays/newborn.ts'
import { STAY_FORM } from '../kit/stays/packed-stay.ts'
import { STAY_MEMORY, type StayEntry, stayDays, stayEntry, staysOf } from '../kit/stays/stay.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

type DayBasis = 'admission' | 'both'
type Kind = 'bed' | 'nursing' | 'round'

interface Params {
  readonly spare_days: number
  readonly bed_day_basis: DayBasis
}

interface Line {
  readonly sn: string
  readonly at: Instant
  readonly kind: Kind
  readonly code: string
  readonly cnt: number
  readonly inscp: Fen
}

interface Told extends StayEntry {
  readonly lines: readonly Line[]
  /** As they stand where the stay was settled; admissions and discharges do not tell where that is. */
  readonly params: Params
}

type PackedLine = readonly [kind: number, sn: string, seconds: number, cnt: number, inscp: Fen]

/** Day after day brings the same few items; the times of lines are told from the settlement's. */
const FORM: Form<Told> = {
  pack(told) {
    const { at: settled, lines, params } = told
    const { kinds, numbers } = sorted(lines, ({ kind, code }) => `${kind}|${code}`)
    const packedKinds = kinds.map(({ kind, code }) => [kind, code])
    const packed = lines.map(({ sn, at, cnt, inscp }, i): PackedLine => [numbers[i]!, sn, (at - settled) / SECOND, cnt, inscp])
    return [STAY_FORM.pack(told), params.spare_days, params.bed_day_basis, packedKinds, packed]
  },
  unpack([packed, spare_days, bed_day_basis, kinds, lines]) {
    const entry = STAY_FORM.unpack(packed)
    const unpackLine = ([number, sn, seconds, cnt, inscp]: PackedLine): Line => {
      const [kind, code] = kinds[number]
      return { sn, at: entry.at + Math.round(seconds * SECOND), kind, code, cnt, inscp }
    }
    return { lines: lines.map(unpackLine), params: { spare_days, bed_day_basis }, ...entry }
  },
}

interface Overrun {
  readonly kind: Kind
  /** Nursing is counted by level, that is by item, whatever its local suffix; empty for the sum of all items. */
  readonly med_list_codg: string
  readonly name: string
  readonly charged: number
  readonly allowed: number
}

interface Evidence {
  readonly begntime: string
  readonly endtime: string
  readonly stay_days: number
  readonly bed_day_basis: DayBasis
  readonly overruns: readonly Overrun[]
  readonly vola_amt: number
}

const KINDS: Readonly<Record<string, Kind>> = { '01': 'bed', '07': 'nursing', '02': 'round' }

/** What counts something else than days: treatment by the hour, and nursing by the time, such as that of the mouth. */
const HOUR_UNITS = new Set(['小时', '时', '半小时'])
const TIME_UNIT = '次'

/** A companion's bed, or a better room at the patient's own cost: the fund pays nothing of it. */
function isOwnCost(line: FeeLine): boolean {
  return inPolicy(line) === 0 && line.det_item_fee_sumamt !== 0
}

/** Bed, nursing and ward-round fees that count days. Rounds are made once a day, also where they are charged by the time. */
function countsDays({ med_chrgitm_type, med_list_codg, fee_ocur_time }: FeeLine, reference: ReferenceView): boolean {
  const kind = KINDS[med_chrgitm_type]
  if (!kind) return false
  const unit = reference.find('item', med_list_codg, fee_ocur_time)?.row.unit ?? ''
  return !HOUR_UNITS.has(unit) && (unit !== TIME_UNIT || kind !== 'nursing')
}

/** 新生儿, 婴儿: in names of beds and nursing. */
const CHILD = /新生儿|婴儿/

/**
 * What is for newborns alone, on the bill of the mother with whom the child lies: it has days of its own, and of twins each.
 * How many there are nobody tells, so that these days are not judged.
 */
function isForChildOf(visit: Visit, { med_list_codg, fee_ocur_time }: FeeLine, reference: ReferenceView): boolean {
  if (visit.med_class !== 'MAT_IPT' || visit.gend !== '2') return false
  if (CHILD.test(reference.find('item', med_list_codg, fee_ocur_time)?.row.name ?? '')) return true
  const max_days = reference.best('age_limit', med_list_codg, fee_ocur_time, visit)?.row.max_days ?? undefined
  return max_days !== undefined && max_days <= NEWBORN_DAYS
}

function dayLine(line: FeeLine): Line {
  const { feedetl_sn: sn, med_list_codg, fee_ocur_time: at, med_chrgitm_type, cnt } = line
  const kind = KINDS[med_chrgitm_type]!
  return { sn, at, kind, code: kind === 'nursing' ? nationalCode(med_list_codg) : '', cnt, inscp: inPolicy(line) }
}

/** MGT-04 床日/护理超住院天数: more bed, nursing or ward-round days than the stay has. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-04',
  version: 7,
  title: { zh: '床日/护理超住院天数', en: 'More bed or nursing days than the stay has' },
  category: 'MGT',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(三)' }],
  stages: ['mid'],
  behaviour: '超标准收费',
  params: {
    spare_days: byDefault(1, 'days charged beyond the stay days that are still accepted'),
    bed_day_basis: byDefault('admission', 'admission: the day of discharge is not charged; both: it is (provincial)'),
  },
  parts: [
    windowRule<Visit | Admission | Discharge, Told, Evidence, Params>({
      on: ['settlement', 'admission', 'discharge'],
      space: 'person',
      root: (event) => event.psn_no,
      key: (event) => (event.kind === 'settlement' ? visitOf(event) : event.mdtrt_id),
      concerns: (event) => event.kind !== 'settlement' || isInpatient(event.med_class),
      form: FORM,
      keep: STAY_MEMORY,
      remember(event, { params, reference }) {
        const entry = stayEntry(event)!
        if (event.kind !== 'settlement') return { lines: [], params, ...entry }
        const charged = [...chargedLines(event), ...takenBackBeyond(event)]
        const lines = charged
          .filter((line) => countsDays(line, reference) && !isOwnCost(line) && !isForChildOf(event, line, reference))
          .map(dayLine)
        return { lines, params, ...entry }
      },
      judge(told, context) {
        const settled = told.filter(({ lines }) => lines.length > 0)
        const last = settled.at(-1)
        const keep = together(told, STAY_MEMORY)
        if (!last) return { holds: NOTHING_HOLDS, keep }
        const [stay] = staysOf(told)
        if (stay?.endtime !== undefined) {
          return { holds: judgeStay(stay.begntime, stay.endtime, settled, context), keep }
        }
        // While a stay goes on its days are not known; a final settlement must tell them.
        return { holds: NOTHING_HOLDS, keep, skipped: last.mid ? undefined : 'INPUT_MISSING' }
      },
    }),
  ],
  explain({ stay_days, overruns, vola_amt }, language) {
    const [first] = overruns
    if (!first) return ''
    const amount = formatYuan(vola_amt * 100)
    const kinds = overruns.map(({ kind, med_list_codg }) => `${kind}|${med_list_codg}`)
    const others = withOthers(kinds, language)
    return language === 'zh'
      ? `住院${stay_days}天，${first.name || NAMES[first.kind].zh}收费${first.charged}日，${others}超出部分${amount}元。`
      : `A stay of ${counted(stay_days, 'day')} was charged ${first.charged} days of ${first.name || NAMES[first.kind].en}: ${others}${amount} yuan too much.`
  },
  example: {
    begntime: '2026-03-01T09:00:00+08:00',
    endtime: '2026-03-05T10:00:00+08:00',
    stay_days: 4,
    bed_day_basis: 'admission',
    overruns: [{ kind: 'bed', med_list_codg: '', name: '', charged: 7, allowed: 5 }],
    vola_amt: 100,
  },
})

const NAMES: Readonly<Record<Kind, { zh: string; en: string }>> = {
  bed: { zh: '床位费', en: 'bed fees' },
  nursing: { zh: '护理费', en: 'nursing fees' },
  round: { zh: '诊察费', en: 'ward-round fees' },
}

/** What remains charged when a later bill of the stay takes days back: the newest go first. */
function leftOf<T extends Pick<Line, 'cnt' | 'inscp'>>(lines: readonly T[]): readonly T[] {
  if (lines.every(({ cnt }) => cnt >= 0)) return lines
  let taken = -sumOf(lines.filter(({ cnt }) => cnt < 0).map(({ cnt }) => cnt))
  const left = lines.toReversed().flatMap((line) => {
    if (line.cnt < 0) return []
    const cnt = sumOf([line.cnt, -Math.min(line.cnt, taken)])
    taken = sumOf([taken, cnt - line.cnt])
    return cnt > 0 ? [{ ...line, cnt, inscp: shareOf(line.inscp, cnt, line.cnt) }] : []
  })
  return left.reverse()
}

function judgeStay(
  begntime: Instant,
  endtime: Instant,
  settled: readonly Told[],
  { root, reference }: Context<Params>,
): Finding<Evidence>[] {
  const last = settled.at(-1)!
  const { spare_days, bed_day_basis } = last.params
  const stay_days = stayDays(begntime, endtime, bed_day_basis)
  const allowed = stay_days + spare_days
  const lines = settled.flatMap(({ id, lines }) => lines.map((line) => ({ setl_id: id, feedetl_sn: line.sn, ...line })))
  const overruns = [...groupBy(lines, ({ kind, code }) => `${kind}|${code}`).values()].flatMap((group) => {
    const excess = excessOver(allowed, leftOf(group))
    return excess ? [{ of: group[0]!, ...excess }] : []
  })
  if (overruns.length === 0) return []
  const vola_amt = overruns.reduce((sum, { vola_amt }) => sum + vola_amt, 0)
  return [
    {
      subject: { type: 'settlement', id: last.id },
      bucket: '',
      result: 'violation',
      severity: 2,
      ...restingOn(root, settled),
      vola_amt,
      lines: overruns.flatMap((overrun: Excess) => overrun.lines),
      count: overruns.length,
      evidence: {
        ...{ begntime: formatInstant(begntime), endtime: formatInstant(endtime), stay_days, bed_day_basis },
        overruns: overruns.map(({ total, of: { kind, code, at } }) => {
          const name = code && itemName(code, at, reference)
          return { kind, med_list_codg: code, name, charged: total, allowed }
        }),
        vola_amt: vola_amt / 100,
      },
    },
  ]
}
