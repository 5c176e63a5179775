import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient, isPharmacy, type MedClass } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { formatInstant, HOUR, type Instant } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { inPolicy } from '../kit/bills/finding.ts'
import { doneBefore, isOutpatientVisit, isWayIn, notSentOut, prescribedBy } from '../kit/bills/outside-visit.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { STAY_FORM } from '../kit/stays/packed-stay.ts'
import { latestBegin, STAY_MEMORY, type Stay, type StayEntry, stayEntry, staysOf } from '../kit/stays/stay.ts'
import { keepStays, toldOf } from '../kit/stays/told-stays.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

interface Outpatient extends Remembered {
  readonly source: 'outpatient'
  readonly med_class: MedClass
  readonly fund: Fen
  /** Hospitals whose own prescriptions the settlement fills. */
  readonly prescribed_by: readonly string[]
  /** When the last of it was done, where that was long before it was settled. */
  readonly done: Instant | undefined
}

type Memory = StayEntry | Outpatient

/** What tells of a stay is a list in a list. */
const FORM: Form<Memory> = {
  pack(entry) {
    if (entry.source !== 'outpatient') return [STAY_FORM.pack(entry)]
    const { med_class, fund, prescribed_by, done } = entry
    const settled = [...packHead(entry), med_class, fund]
    if (done !== undefined) return [...settled, prescribed_by, packTime(done)]
    return prescribed_by.length > 0 ? [...settled, prescribed_by] : settled
  },
  unpack(packed) {
    if (packed.length === 1) return STAY_FORM.unpack(packed[0])
    const [, , , med_class, fund, prescribed_by = NOBODY, second] = packed
    const done = second === undefined ? undefined : unpackTime(second)
    return { source: 'outpatient', med_class, fund, prescribed_by, done, ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly mdtrt_id: string
  readonly fixmedins_code: string
  readonly begntime: string
  /** `null` while the stay is open. */
  readonly endtime: string | null
  readonly settlements: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly fixmedins_code: string
    readonly med_class: MedClass
    readonly fund_pay_sumamt: number
  }[]
  readonly vola_amt: number
}

interface Params {
  readonly margin_hours: number
}

const NOBODY: readonly string[] = []

function outpatient(visit: Visit, reference: ReferenceView): Outpatient | undefined {
  const { med_class, feedetail, fund_pay_sumamt: fund, acct_mulaid_pay } = visit
  if (!isOutpatientVisit(med_class) && !isPharmacy(med_class)) return undefined
  if (isAtAgency(visit)) return undefined
  // A family member may have used the mutual-aid account: then it was not the patient who went there.
  if (fund <= 0 || (acct_mulaid_pay ?? 0) > 0) return undefined
  const insured = feedetail.filter((line) => inPolicy(line) > 0)
  // What the ward sent out for examination leaves only the other lines to explain.
  const unexplained = notSentOut(insured)
  if (insured.length > 0 && unexplained.length === 0) return undefined
  return {
    source: 'outpatient',
    med_class,
    fund,
    prescribed_by: prescribedBy(visit, unexplained, reference),
    done: doneBefore(visit, insured),
    ...remembered(visit),
  }
}

/** Whether the person was treated outside while the stay says that they lay in its bed. */
function contradicts(stay: Stay, settled: Outpatient, { margin_hours }: Params): boolean {
  const margin = margin_hours * HOUR
  if (settled.at <= Math.max(stay.begntime + margin, latestBegin(stay.begntime))) return false
  if (stay.endtime !== undefined && settled.at >= stay.endtime - margin) return false
  const { at, done, med_class } = settled
  const led = isWayIn({ at, done, emergency: med_class === 'ER' }, stay)
  return !led && !settled.prescribed_by.includes(stay.fixmedins_code)
}

function findingOn(psn_no: string, stay: Stay, settlements: readonly Outpatient[], memory: readonly Memory[]): Finding<Evidence> {
  const vola_amt = settlements.reduce((sum, { fund }) => sum + fund, 0)
  const named = new Set([...stay.setl_ids, ...settlements.map(({ id }) => id)])
  return {
    subject: { type: 'person', id: psn_no },
    bucket: stay.mdtrt_id,
    result: 'suspicion',
    severity: settlements.some(({ med_class }) => !isPharmacy(med_class)) ? 2 : 3,
    ...restingOn(psn_no, settlements),
    setl_ids: memory.filter(({ id }) => named.has(id)).map(({ id }) => id),
    first_seen: settlements[0]!.at,
    vola_amt,
    lines: [],
    count: settlements.length,
    evidence: {
      mdtrt_id: stay.mdtrt_id,
      fixmedins_code: stay.fixmedins_code,
      begntime: formatInstant(stay.begntime),
      endtime: stay.endtime === undefined ? null : formatInstant(stay.endtime),
      settlements: settlements.map(({ id, at, fixmedins_code, med_class, fund }) => ({
        ...{ setl_id: id, setl_time: formatInstant(at), fixmedins_code, med_class, fund_pay_sumamt: yuan(fund) },
      })),
      vola_amt: yuan(vola_amt),
    },
  }
}

/** MGT-07 住院期间门诊/购药: treated or supplied outside, at the fund's cost, while lying in hospital. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-07',
  version: 5,
  title: { zh: '住院期间门诊/购药', en: 'Outpatient care or purchase during a stay' },
  category: 'MGT',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(一)' },
    { law: '医疗保障基金使用监督管理条例', article: '41' },
  ],
  stages: ['mid'],
  behaviour: '挂床住院',
  params: { margin_hours: byDefault(2, 'after the beginning and before the end of the stay') },
  parts: [
    windowRule<Visit | Admission | Discharge, Memory, Evidence, Params>({
      on: ['settlement', 'admission', 'discharge'],
      space: 'person',
      root: (event) => event.psn_no,
      form: FORM,
      keep: STAY_MEMORY,
      remember(event, { reference }) {
        if (event.kind === 'settlement' && !isInpatient(event.med_class)) return outpatient(event, reference)
        return stayEntry(event)
      },
      // Outpatient settlements older than the memory are gone; a stay that was known in time has met them.
      partly(event, memory) {
        if (event.kind !== 'settlement' || !isInpatient(event.med_class)) return undefined
        if (memory.some((entry) => entry.source !== 'outpatient' && entry.mdtrt_id === visitOf(event))) return undefined
        if (event.begntime === undefined) return 'INPUT_MISSING'
        return event.setl_time - event.begntime > STAY_MEMORY ? 'STAY_TOO_LONG' : undefined
      },
      judge(memory, { root, params }) {
        const outside = memory.filter((entry) => entry.source === 'outpatient')
        if (outside.length === 0 || outside.length === memory.length) return { holds: NOTHING_HOLDS }
        const entries = memory.filter((entry) => entry.source !== 'outpatient')
        const told = toldOf(entries)
        const holds = staysOf(entries).flatMap((stay) => {
          // What is further from the stay's events may or may not be remembered; what holds must not depend on it.
          const { first, last } = told.get(stay.mdtrt_id)!
          const near = outside.filter(({ at }) => at >= first - STAY_MEMORY && at <= last + STAY_MEMORY)
          const settlements = near.filter((settled) => contradicts(stay, settled, params))
          return settlements.length > 0 ? [findingOn(root, stay, settlements, memory)] : []
        })
        const held = new Set(holds.map(({ bucket }) => bucket))
        const ofStays = keepStays(told, held)
        const keep = (entry: Memory) => (entry.source === 'outpatient' ? STAY_MEMORY : ofStays(entry))
        return { holds, keep }
      },
    }),
  ],
  explain({ fixmedins_code, begntime, endtime, settlements, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const [from, to] = [begntime.slice(0, 10), endtime?.slice(0, 10)]
    return language === 'zh'
      ? `${from}至${to ?? '今'}在${fixmedins_code}住院期间，另有${settlements.length}次门诊或购药，基金${amount}元。`
      : `During the stay at ${fixmedins_code} from ${from} to ${to ?? 'now'} the fund paid ${amount} yuan for ${counted(settlements.length, 'outpatient settlement or purchase', 'outpatient settlements or purchases')}.`
  },
  example: {
    mdtrt_id: 'M1',
    fixmedins_code: 'H99010100001',
    begntime: '2026-03-01T09:00:00+08:00',
    endtime: '2026-03-05T10:00:00+08:00',
    settlements: [
      {
        ...{ setl_id: 'S2', setl_time: '2026-03-03T15:00:00+08:00', fixmedins_code: 'P99010100001' },
        ...{ med_class: 'PHARM', fund_pay_sumamt: 14 },
      },
    ],
    vola_amt: 14,
  },
})
