import { type Day, dayOf, formatDay, HOUR, SECOND, startOfDay } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Step, type Visit } from '../detector.ts'
import { addId, type FirstIds, namedIds, noIds, removeId } from '../kit/parts/first-ids.ts'
import { packTime, unpackTime } from '../kit/parts/packed.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { byDefault } from '../params.ts'
import { type RecordFault, recordFaults } from './mgt-15.record-faults.ts'

/** One institution's day: how many settlements, and which of them are faulty. */
interface Memory {
  readonly day: Day
  admdvs: string
  settlements: number
  faulty: number
  /** By fault: how many settlements, and a few of them. */
  readonly faults: Partial<Record<RecordFault, { count: number; samples: string[] }>>
  readonly names: FirstIds
}

interface Evidence {
  readonly day: string
  readonly settlements: number
  readonly faulty: number
  /** Per cent of the day's settlements. */
  readonly rate: number
  readonly faults: readonly { readonly fault: RecordFault; readonly count: number; readonly samples: readonly string[] }[]
}

interface Params {
  readonly rate: number
  readonly settlements: number
}

/** Inpatient settlements may come so late (contract, "Time and order"). */
const CLOSES = 72 * HOUR
const KEPT = 40 * 24 * HOUR
const SAMPLES = 5

const FORM: Form<Memory> = {
  pack: ({ day, admdvs, settlements, faulty, faults, names: { ids, ats } }) => {
    return [day, admdvs, settlements, faulty, faults, ids, ats.map(packTime)]
  },
  unpack: ([day, admdvs, settlements, faulty, faults, ids, ats]) => {
    return { day, admdvs, settlements, faulty, faults, names: { ids, ats: ats.map(unpackTime) } }
  },
}

const NAMES: Readonly<Record<RecordFault, { zh: string; en: string }>> = {
  MDTRT_ID_MISSING: { zh: '住院缺就诊ID', en: 'the stay has no number' },
  STAY_DATES_MISSING: { zh: '缺住院起止时间', en: 'the dates of the stay are missing' },
  DIAGNOSIS_MISSING: { zh: '用药无诊断', en: 'drugs without a diagnosis' },
  MED_TYPE_UNKNOWN: { zh: '医疗类别未知', en: 'unknown care type' },
  INSUTYPE_UNKNOWN: { zh: '险种未知', en: 'unknown insurance type' },
  GENDER_UNKNOWN: { zh: '性别代码未知', en: 'unknown gender code' },
  GENDER_CONTRADICTED: { zh: '性别与参保登记不符', en: 'the register tells another gender' },
  ITEM_CODE_UNKNOWN: { zh: '目录编码未知', en: 'unknown item code' },
  DIAGNOSIS_CODE_UNKNOWN: { zh: '诊断编码未知', en: 'unknown diagnosis code' },
  AMOUNT_BY_POLICY: { zh: '费用构成不平', en: 'the parts by policy do not add up' },
  AMOUNT_BY_PAYER: { zh: '支付构成不平', en: 'the parts by payer do not add up' },
  AMOUNT_OF_PERSON: { zh: '个人负担不平', en: 'the person’s parts do not add up' },
  AMOUNT_OF_FUND: { zh: '基金支付构成不平', en: 'the parts of the fund do not add up' },
  AMOUNT_OF_LINES: { zh: '明细合计不等于总额', en: 'the lines do not add up' },
  LINE_AMOUNT: { zh: '明细金额不等于单价乘数量', en: 'a line is not price times quantity' },
  TIME_IN_FUTURE: { zh: '结算时间晚于上传', en: 'settled after it was sent' },
  TIME_LONG_AGO: { zh: '上传晚于结算30天以上', en: 'sent more than 30 days after it was settled' },
}

function findingOn(fixmedins_code: string, memory: Memory, { rate, settlements }: Params): Finding<Evidence> | undefined {
  if (memory.settlements < settlements || memory.faulty <= rate * memory.settlements) return undefined
  const day = formatDay(memory.day)
  const faults = Object.entries(memory.faults) as [RecordFault, { count: number; samples: string[] }][]
  const sorted = faults.toSorted(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
  return {
    subject: { type: 'institution', id: fixmedins_code },
    bucket: day,
    result: 'indicator',
    severity: 4,
    vola_amt: 0,
    setl_ids: namedIds(memory.names),
    setl_count: memory.faulty,
    lines: [],
    at: startOfDay(memory.day + 1) - SECOND,
    count: memory.faulty,
    ...{ psn_no: '', fixmedins_code, admdvs: memory.admdvs, insu_admdvs: '' },
    evidence: {
      day,
      settlements: memory.settlements,
      faulty: memory.faulty,
      rate: Math.round((memory.faulty / memory.settlements) * 1000) / 10,
      faults: sorted.map(([fault, { count, samples }]) => ({ fault, count, samples: samples.slice(0, SAMPLES) })),
    },
  }
}

function judged(memory: Memory, { root, at, watermark, params }: Context<Params>): Step<Memory, Evidence> {
  if (memory.settlements === 0) return { state: undefined, holds: NOTHING_HOLDS }
  const wakeAt = startOfDay(memory.day + 1) + CLOSES
  const forgetAt = wakeAt + KEPT
  if (Math.max(at, watermark) < wakeAt) return { state: memory, wakeAt, forgetAt }
  const finding = findingOn(root, memory, params)
  return { state: memory, holds: finding ? [finding] : NOTHING_HOLDS, forgetAt }
}

/** Samples are the first by id of those that are kept: the same in whichever order they come. */
function recount({ faults }: Memory, fault: RecordFault, setl_id: string, sign: 1 | -1): void {
  const known = faults[fault] ?? { count: 0, samples: [] }
  known.count += sign
  if (sign > 0) known.samples.push(setl_id)
  else known.samples = known.samples.filter((id) => id !== setl_id)
  known.samples.sort()
  known.samples.splice(2 * SAMPLES)
  if (known.count > 0) faults[fault] = known
  else delete faults[fault]
}

/**
 * MGT-15 结算/明细信息异常: too many of a day's records are incomplete or contradict themselves. The card speaks of an
 * institution's day, and so does the alert; it goes to the institution's data contact and accuses nobody.
 */
export default defineDetector<Evidence, Params>({
  id: 'MGT-15',
  version: 3,
  title: { zh: '结算/明细信息异常', en: 'Faulty settlement records' },
  category: 'MGT',
  result: 'indicator',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '39' }],
  stages: ['mid'],
  audience: 'data_contact',
  behaviour: '其他',
  params: {
    rate: byDefault(0.05, 'faulty settlements of the day, more than'),
    settlements: byDefault(50, 'of at least so many'),
  },
  parts: [
    {
      name: '',
      on: ['settlement'],
      space: 'institution',
      root: (visit: Visit) => visit.fixmedins_code,
      key: (visit: Visit) => String(dayOf(visit.setl_time)),
      memoryless: false,
      owned: true,
      form: FORM,
      initial: (): Memory => ({ day: 0, admdvs: '', settlements: 0, faulty: 0, faults: {}, names: noIds() }),
      onEvent(known: Memory, visit: Visit, context) {
        const memory = known.day === 0 ? { ...known, day: dayOf(visit.setl_time), admdvs: visit.admdvs } : known
        memory.settlements++
        const faults = recordFaults(visit, context.reference)
        if (faults.length > 0) {
          memory.faulty++
          addId(memory.names, visit.setl_id, visit.setl_time)
          for (const fault of faults) recount(memory, fault, visit.setl_id, 1)
        }
        return judged(memory, context)
      },
      onVoid(memory: Memory, original, context) {
        const visit = original as Visit
        memory.settlements--
        const faults = recordFaults(visit, context.reference)
        if (faults.length > 0) {
          memory.faulty--
          removeId(memory.names, visit.setl_id)
          for (const fault of faults) recount(memory, fault, visit.setl_id, -1)
        }
        return judged(memory, context)
      },
      onTime: judged,
    },
  ],
  explain({ day, settlements, faulty, rate, faults }, language) {
    const [first] = faults
    if (!first) return ''
    const name = NAMES[first.fault][language]
    return language === 'zh'
      ? `${day}结算${settlements}笔，${faulty}笔信息异常（${rate}%），最多为${name}${first.count}笔。`
      : `On ${day} ${faulty} of ${settlements} settlements (${rate} %) are faulty records; most often ${name} (${first.count}).`
  },
  example: {
    day: '2026-03-02',
    settlements: 120,
    faulty: 14,
    rate: 11.7,
    faults: [{ fault: 'DIAGNOSIS_MISSING', count: 14, samples: ['S1', 'S2', 'S3', 'S4', 'S5'] }],
  },
})
