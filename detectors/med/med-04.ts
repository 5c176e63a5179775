import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, formatDay } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { inPolicy, violating } from '../kit/bills/finding.ts'
import {
  hasPartners,
  isMetBy,
  isStay,
  keepVisit,
  linesInNeed,
  type Partner,
  packPartner,
  partnersIn,
  partnersLeft,
  type Requirement,
  reachOf,
  unpackPartner,
} from '../kit/bills/partners.ts'
import {
  type Billed,
  corrected,
  keptTogether,
  packVisit,
  takenBackBy,
  unpackVisit,
  type VisitBill,
} from '../kit/bills/visit-bills.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { itemName } from '../kit/items/item-name.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { linesKnownTo } from '../kit/items/known.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { type Judgement, NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { byDefault } from '../params.ts'

interface Drug extends Billed {
  readonly name: string
  readonly requirements: readonly Requirement[]
}

interface Told extends Remembered, VisitBill<Drug> {
  readonly stay: boolean
  /** Days in which a drug and its service may lie apart, where a row says so. */
  readonly reach: number
  readonly partners: readonly Partner[]
}

type PackedDrug = readonly [string, string, string, number, Fen, readonly Requirement[], number]

const FORM: Form<Told> = {
  pack(told) {
    const drugs = told.lines.map(({ sn, code, name, at, inscp, requirements, cnt }): PackedDrug => {
      return [sn, code, name, packTime(at), inscp, requirements, cnt]
    })
    return [...packHead(told), told.stay ? 1 : 0, drugs, told.partners.map(packPartner), packVisit(told), told.reach]
  },
  unpack(packed) {
    const [, , , stay, drugs, partners, visit, reach] = packed
    const unpackDrug = ([sn, code, name, at, inscp, requirements, cnt]: PackedDrug): Drug => {
      return { sn, code, name, at: unpackTime(at), inscp, requirements, cnt }
    }
    const told = { stay: stay === 1, reach, lines: drugs.map(unpackDrug), partners: partners.map(unpackPartner) }
    return { ...told, ...unpackVisit(visit), ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly day: string
  readonly drugs: readonly {
    readonly setl_id: string
    readonly feedetl_sn: string
    readonly med_list_codg: string
    readonly name: string
    /** One of these should have been charged or done. */
    readonly missing_any_of: readonly string[]
    readonly within_days: number
  }[]
  readonly vola_amt: number
}

interface Params {
  readonly within_days: number
}

/**
 * Where the service may be billed: in another settlement of the stay; out of a stay many institutions open a visit with each
 * settlement, so that the drug and its service on the day after are of two.
 */
function siteOf(visit: Visit): string {
  return isStay(visit) ? visitOf(visit) : `@${visit.fixmedins_code}`
}

/** MED-04 药品与项目不符: a drug without the service in which it is used, such as contrast medium without imaging. */
export default defineDetector<Evidence, Params>({
  id: 'MED-04',
  version: 6,
  title: { zh: '药品与项目不符', en: 'Drug without the service it belongs to' },
  category: 'MED',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(二)' },
    { law: '医疗保障基金使用监督管理条例', article: '38(四)' },
  ],
  stages: ['mid'],
  behaviour: '串换',
  params: { within_days: byDefault(1, 'days before or after the drug in which the service is sought, where its row names none') },
  parts: [
    windowRule<Visit, Told, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      key: siteOf,
      concerns: hasPartners,
      form: FORM,
      keep: keepOf,
      remember(visit, { reference }) {
        const lines = linesInNeed(visit, reference, isMedicine).map(([line, requirements]): Drug => {
          const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt } = line
          return { sn, code, name: itemName(code, at, reference), at, cnt, inscp: inPolicy(line), requirements }
        })
        return {
          ...{ stay: isStay(visit), visit: visitOf(visit), reach: reachOf(visit, reference), lines },
          ...{ back: takenBackBy({ feedetail: linesKnownTo(visit, 'pair_required') }, () => true) },
          ...{ partners: partnersIn(visit), ...remembered(visit) },
        }
      },
      judge: judged,
    }),
  ],
  explain({ day, drugs, vola_amt }, language) {
    const [first] = drugs
    if (!first) return ''
    const amount = formatYuan(vola_amt * 100)
    const others = withOthers(
      drugs.map(({ med_list_codg }) => med_list_codg),
      language,
    )
    return language === 'zh'
      ? `${day}使用${first.name}，前后${first.within_days}日内无对应诊疗项目，${others}${drugs.length}条明细共${amount}元。`
      : `${first.name} was charged on ${day} without any of the services it belongs to within ${counted(first.within_days, 'day')}: ${others}${counted(drugs.length, 'line')}, ${amount} yuan.`
  },
  example: {
    day: '2026-03-02',
    drugs: [
      {
        ...{ setl_id: 'S1', feedetl_sn: '1', med_list_codg: 'XV08ABD000A001010100001', name: '碘海醇注射液' },
        ...{ missing_any_of: ['003102000010000'], within_days: 1 },
      },
    ],
    vola_amt: 268,
  },
})

interface Alone {
  readonly settlement: Told
  readonly sn: string
  readonly drug: Drug
}

function keepOf({ stay, reach }: Told): number {
  return Math.max(keepVisit(stay), (reach + 1) * DAY)
}

function judged(told: readonly Told[], { root, params }: Context<Params>): Judgement<Evidence, Told> {
  const isMet = ({ requirements, at }: Drug, partners: readonly Partner[]) => {
    return isMetBy(requirements, dayOf(at), partners, params.within_days)
  }
  const aloneIn = (bills: readonly Told[], partners: readonly Partner[]): Alone[] =>
    bills.flatMap((settlement) =>
      settlement.lines.flatMap((drug) => (isMet(drug, partners) ? [] : [{ settlement, sn: drug.sn, drug }])),
    )
  const charged = corrected<Drug, Told>(told, (bills) =>
    aloneIn(
      bills,
      bills.flatMap(({ partners }) => partners),
    ),
  )
  const isNeeded = (partner: Partner) => charged.some(({ lines }) => lines.some((drug) => isMet(drug, [partner])))
  const alone = aloneIn(charged, partnersLeft(charged, isNeeded))
  if (alone.length === 0) return { holds: NOTHING_HOLDS, keep: keptTogether<Drug, Told>(told, keepOf) }
  const days = groupBy(alone, ({ settlement, drug }) => `${settlement.visit}|${dayOf(drug.at)}`)
  const holds = Array.from(days.values(), (drugs) => findingOn(root, drugs, params))
  return { holds, keep: keptTogether<Drug, Told>(told, keepOf, holds) }
}

function findingOn(psn_no: string, drugs: readonly Alone[], params: Params): Finding<Evidence> {
  const day = dayOf(drugs[0]!.drug.at)
  const resting = restingOn(
    psn_no,
    drugs.map(({ settlement }) => settlement),
  )
  const vola_amt = drugs.reduce((sum, { drug }) => sum + drug.inscp, 0)
  return {
    subject: { type: 'settlement', id: resting.setl_ids.at(-1)! },
    bucket: formatDay(day),
    result: 'suspicion',
    severity: 3,
    ...resting,
    vola_amt,
    count: drugs.length,
    lines: drugs.map(({ settlement, drug }) => violating(settlement.id, { feedetl_sn: drug.sn }, drug.inscp)),
    evidence: {
      day: formatDay(day),
      drugs: drugs.map(({ settlement, drug: { sn, code, name, requirements } }) => ({
        ...{ setl_id: settlement.id, feedetl_sn: sn, med_list_codg: code, name },
        missing_any_of: requirements.flatMap(({ any_of }) => any_of),
        within_days: Math.max(...requirements.map(({ within }) => within ?? params.within_days)),
      })),
      vola_amt: yuan(vola_amt),
    },
  }
}
