import type { Admission, FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, formatYuan } from '../../schemas/money.ts'
import { defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { inPolicy, violating } from '../kit/bills/finding.ts'
import { paidLinesKnownTo } from '../kit/bills/paid-lines.ts'
import {
  type Billed,
  corrected,
  packVisit,
  SAME_VISIT,
  takenBackBy,
  unpackVisit,
  type VisitBill,
} from '../kit/bills/visit-bills.ts'
import { itemName } from '../kit/items/item-name.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { type PackedTime, packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { STAY_MEMORY } from '../kit/stays/stay.ts'
import type { Known, ReferenceView } from '../reference.ts'

/** Diagnoses for which an item is paid; `all`: each prefix must be met. */
interface Indication {
  readonly icd: readonly string[]
  readonly match: 'any' | 'all'
}

interface Line extends Billed {
  readonly name: string
  readonly strict: boolean
  /** One of them must be met. */
  readonly indications: readonly Indication[]
}

interface Told extends Remembered, VisitBill<Line> {
  readonly source: 'settlement' | 'admission'
  readonly diagnoses: readonly string[]
  /** Whether at least one diagnosis is coded by ICD-10, so that an indication can be compared with it. */
  readonly icd: boolean
}

const FORM: Form<Told> = {
  pack(told) {
    const { source, diagnoses, icd, lines } = told
    const packed = lines.map(({ sn, code, name, inscp, strict, indications, at, cnt }) => {
      return [sn, code, name, inscp, strict, indications, packTime(at), cnt]
    })
    return [...packHead(told), packVisit(told), source, diagnoses, icd, ...packed]
  },
  unpack(packed) {
    const [, , , visit, source, diagnoses, icd, ...lines] = packed
    return { ...unpackVisit(visit), source, diagnoses, icd, lines: lines.map(unpackLine), ...unpackHead(packed) }
  },
}

type PackedLine = [string, string, string, Fen, boolean, Indication[], PackedTime, number]

function unpackLine([sn, code, name, inscp, strict, indications, at, cnt]: PackedLine): Line {
  return { sn, code, name, inscp, strict, indications, at: unpackTime(at), cnt }
}

interface Evidence {
  readonly diagnoses: readonly string[]
  readonly lines: readonly {
    readonly feedetl_sn: string
    readonly med_list_codg: string
    readonly name: string
    /** Those that are asked for together stand in one, joined by a plus sign. */
    readonly icd_prefixes: readonly string[]
    readonly strict: boolean
  }[]
  readonly vola_amt: number
}

function isMet({ icd, match }: Indication, diagnoses: readonly string[]): boolean {
  const meets = (prefix: string) => diagnoses.some((code) => code.startsWith(prefix))
  return match === 'all' ? icd.every(meets) : icd.some(meets)
}

function limitsOf(
  visit: Visit,
  { med_list_codg, fee_ocur_time }: FeeLine,
  reference: ReferenceView,
): readonly Known<'indication'>[] {
  return reference.lookup('indication', med_list_codg, fee_ocur_time, visit)
}

/** The line as far as it is limited. A code may have several rows, one per indication: one that is met suffices. */
function limitedLine(visit: Visit, line: FeeLine, reference: ReferenceView): Line[] {
  const { med_list_codg: code, fee_ocur_time: at, feedetl_sn: sn, cnt } = line
  const rows = limitsOf(visit, line, reference).filter(({ row }) => row.icd_prefixes?.length)
  if (rows.length === 0) return []
  const indications = rows.map(({ row }) => ({ icd: row.icd_prefixes!, match: row.match ?? ('any' as const) }))
  const strict = rows.every(({ row }) => row.strict === true)
  return [{ sn, code, at, cnt, name: itemName(code, at, reference), inscp: inPolicy(line), strict, indications }]
}

function admitted({ mdtrt_id, begntime, dscg_maindiag_code, ...where }: Admission): Told | undefined {
  if (!dscg_maindiag_code) return undefined
  const { fixmedins_code, mdtrt_admdvs: admdvs, insu_admdvs } = where
  const place = { fixmedins_code, admdvs, insu_admdvs, visit: SAME_VISIT }
  const diagnoses = [dscg_maindiag_code]
  return { id: `admission:${mdtrt_id}`, at: begntime, ...place, source: 'admission', diagnoses, icd: true, lines: [], back: [] }
}

/** 开重复处方: what the visit was for, and not the disease. */
const REPEAT_PRESCRIPTION = 'Z76.0'

/** Chinese-medicine diagnoses (`diag_type` 2 and 3) have codes of their own. */
function hasIcd({ diseinfo }: Visit): boolean {
  return diseinfo.some(({ diag_type, diag_code }) => {
    return diag_code && !diag_code.startsWith(REPEAT_PRESCRIPTION) && diag_type !== '2' && diag_type !== '3'
  })
}

/** POL-09 药品/项目限适应症: no diagnosis of the visit is one for which the item is paid. */
export default defineDetector<Evidence, Record<string, never>>({
  id: 'POL-09',
  version: 5,
  title: { zh: '药品/项目限适应症', en: 'No diagnosis for which the item is paid' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(六)' }],
  stages: ['pre', 'mid'],
  behaviour: '范围外纳入结算',
  params: {},
  parts: [
    windowRule<Visit | Admission, Told, Evidence, Record<string, never>>({
      on: ['settlement', 'admission'],
      space: 'person',
      root: (event) => event.psn_no,
      key: (event) => (event.kind === 'settlement' ? visitOf(event) : event.mdtrt_id),
      concerns(event, { reference }) {
        if (event.kind === 'admission' || isInpatient(event.med_class)) return true
        return event.feedetail.some((line) => limitsOf(event, line, reference).length > 0)
      },
      form: FORM,
      keep: STAY_MEMORY,
      remember(event, { reference }) {
        if (event.kind === 'admission') return admitted(event)
        const stay = isInpatient(event.med_class)
        const diagnoses = event.diseinfo.flatMap(({ diag_code }) => diag_code || [])
        const lines = paidLinesKnownTo(event, 'indication')
          .flatMap((line) => limitedLine(event, line, reference))
          .filter(({ indications }) => !indications.some((indication) => isMet(indication, diagnoses)))
        const back = takenBackBy(event, (line) => limitsOf(event, line, reference).length > 0)
        const icd = hasIcd(event)
        if (lines.length > 0 && !icd && !stay) return 'INPUT_MISSING'
        // The other settlements of a stay need its diagnoses even where it has no limited line itself.
        const matters = lines.length > 0 || back.length > 0 || (stay && diagnoses.length > 0)
        if (!matters) return undefined
        return { visit: SAME_VISIT, source: 'settlement', diagnoses, icd, lines, back, ...remembered(event) }
      },
      judge(told, { root }) {
        const keep = together(told, STAY_MEMORY)
        // What a later bill of the visit takes back was not given.
        const limited = corrected<Line, Told>(told, everyLine).filter(({ lines }) => lines.length > 0)
        // A visit without any diagnosis is a fault of the record (MGT-15), not of the item.
        if (limited.length > 0 && !told.some(({ icd }) => icd)) return { holds: NOTHING_HOLDS, keep, skipped: 'INPUT_MISSING' }
        const diagnoses = [...new Set(told.flatMap((entry) => entry.diagnoses))].sort()
        return { holds: limited.flatMap((settlement) => findingOn(root, settlement, diagnoses) ?? []), keep }
      },
    }),
  ],
  explain({ diagnoses, lines, vola_amt }, language) {
    const [first] = lines
    if (!first) return ''
    const [icd, told] = [listed(first.icd_prefixes), listed(diagnoses)]
    const amount = formatYuan(vola_amt * 100)
    const others = withOthers(
      lines.map(({ med_list_codg }) => med_list_codg),
      language,
    )
    return language === 'zh'
      ? `${first.name}限${icd}，诊断为${told}，${others}${lines.length}条明细共${amount}元。`
      : `${first.name} is paid for ${icd}; the diagnoses are ${told}: ${others}${counted(lines.length, 'line')}, ${amount} yuan.`
  },
  example: {
    diagnoses: ['J06.900'],
    lines: [
      {
        ...{ feedetl_sn: '1', med_list_codg: 'XL01XXA001B002010100001', name: '肿瘤用药(样例)' },
        ...{ icd_prefixes: ['C34', 'C50'], strict: true },
      },
    ],
    vola_amt: 320,
  },
})

function everyLine(bills: readonly Told[]) {
  return bills.flatMap((settlement) => settlement.lines.map(({ sn }) => ({ settlement, sn })))
}

const LISTED = 5

function listed(codes: readonly string[]): string {
  return codes.length > LISTED ? `${codes.slice(0, LISTED).join('/')}…` : codes.join('/')
}

/** One strict limit makes the whole finding a violation; all others leave it to the institution's records. */
function findingOn(psn_no: string, settlement: Told, diagnoses: readonly string[]): Finding<Evidence> | undefined {
  const unmet = settlement.lines.filter(({ indications }) => !indications.some((indication) => isMet(indication, diagnoses)))
  if (unmet.length === 0) return undefined
  const lines = unmet.map(({ sn, inscp }) => violating(settlement.id, { feedetl_sn: sn }, inscp))
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  return {
    subject: { type: 'settlement', id: settlement.id },
    bucket: '',
    result: unmet.some(({ strict }) => strict) ? 'violation' : 'suspicion',
    severity: 3,
    ...restingOn(psn_no, [settlement]),
    vola_amt,
    lines,
    count: lines.length,
    evidence: {
      diagnoses,
      lines: unmet.map(({ sn, code, name, strict, indications }) => {
        const icd_prefixes = [...new Set(indications.flatMap(({ icd, match }) => (match === 'all' ? icd.join('+') : icd)))]
        return { feedetl_sn: sn, med_list_codg: code, name, icd_prefixes, strict }
      }),
      vola_amt: vola_amt / 100,
    },
  }
}
