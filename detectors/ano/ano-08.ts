import type { FeeLine } from '../../schemas/events.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, formatDay, type Instant, startOfDay } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type Part, type Step, UNCHANGED, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { CHECK_UP } from '../kit/care/check-up.ts'
import { packTime, unpackTime } from '../kit/parts/packed.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { distinct } from '../kit/parts/runs.ts'
import { type Entry, windowRule } from '../kit/parts/window.ts'
import { contentPrint, packPrints, unpackPrints } from '../kit/plain/print.ts'
import { byDefault } from '../params.ts'
import { areAlike, elementsOf } from './ano-08.alike.ts'

interface Claim extends Entry {
  readonly psn_no: string
  readonly fund: Fen
  readonly admdvs: string
}

interface BasketLine {
  readonly med_list_codg: string
  readonly name: string
  readonly cnt: number
}

interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  /** Whether all are the same to the last line; else nearly so. */
  readonly identical: boolean
  readonly basket: readonly BasketLine[]
  readonly lines: number
  readonly persons: readonly string[]
  readonly person_count: number
  readonly settlements: number
  readonly vola_amt: number
}

interface Params {
  readonly lines: number
  readonly persons: number
  readonly similar_lines: number
  readonly similarity: number
}

const KEPT = 8 * DAY
const SHOWN_LINES = 30
const SHOWN_PERSONS = 50
/** Baskets of one institution and day lie in so many records: a busy day is not written anew for each of them. */
const DRAWERS = 16

/** 血液透析, 连续性血液净化, 血液灌流: each session has the same lines. */
const DIALYSIS = new Set(['hemodialysis', 'crrt', 'perfusion'])
/** Radiotherapy and chemotherapy: standard packages, as check-ups are. Of kidneys the items tell, not the disease. */
const TUMOUR_COURSE = /^Z51\.[0-2]/
/** Supervision of a pregnancy, screening before birth, and care after it: packages of weeks, the same for all. */
const PREGNANCY = /^Z3[4-69]/
const PACKAGES = [TUMOUR_COURSE, CHECK_UP, PREGNANCY]

function isPackage({ diseinfo, items }: Visit): boolean {
  if (diseinfo.some(({ diag_code }) => PACKAGES.some((codes) => codes.test(diag_code)))) return true
  return items.some((item) => item?.tags?.some((tag) => DIALYSIS.has(tag)))
}

/** At the agency the bills of a whole county are entered in one way, on one day. */
function isComparable(visit: Visit): boolean {
  return !isPackage(visit) && !isAtAgency(visit)
}

function claim({ setl_id: id, setl_time: at, psn_no, fund_pay_sumamt: fund, admdvs }: Visit): Claim {
  return { id, at, psn_no, fund, admdvs }
}

const CLAIM_FORM: Form<Claim> = {
  pack: ({ id, at, psn_no, fund, admdvs }) => [id, packTime(at), psn_no, fund, admdvs],
  unpack: ([id, at, psn_no, fund, admdvs]) => ({ id, at: unpackTime(at), psn_no, fund, admdvs }),
}

/** What everybody has, by code and count. */
function basketOf({ feedetail, items }: Visit): BasketLine[] {
  const lines = feedetail.map(({ med_list_codg, cnt }, i) => ({ med_list_codg, name: items[i]?.name || med_list_codg, cnt }))
  const byCode = (a: BasketLine, b: BasketLine) => (a.med_list_codg < b.med_list_codg ? -1 : 1)
  return lines.sort((a, b) => (a.med_list_codg === b.med_list_codg ? a.cnt - b.cnt : byCode(a, b))).slice(0, SHOWN_LINES)
}

type Said = Pick<Evidence, 'identical' | 'basket' | 'lines'>

function findingOn(fixmedins_code: string, signature: string, claims: readonly Claim[], said: Said): Finding<Evidence> {
  const inOrder = claims.toSorted(inTime)
  const [first, last] = [inOrder[0]!, inOrder.at(-1)!]
  const day = formatDay(dayOf(first.at))
  const persons = [...new Set(inOrder.map(({ psn_no }) => psn_no))]
  const vola_amt = inOrder.reduce((sum, { fund }) => sum + fund, 0)
  return {
    subject: { type: 'institution', id: fixmedins_code },
    bucket: `${day}|${signature}`,
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: inOrder.map(({ id }) => id),
    lines: [],
    at: last.at,
    first_seen: first.at,
    count: inOrder.length,
    ...{ psn_no: '', fixmedins_code, admdvs: last.admdvs, insu_admdvs: '' },
    evidence: {
      day,
      fixmedins_code,
      ...said,
      persons: persons.slice(0, SHOWN_PERSONS),
      person_count: persons.length,
      settlements: inOrder.length,
      vola_amt: yuan(vola_amt),
    },
  }
}

/** Claims of one institution and day by the print of what they hold. */
interface Baskets {
  readonly claims: Record<string, Claim[]>
  /** What those hold that are too many. */
  readonly shown: Record<string, BasketLine[]>
}

/** The print of the claim in hand, which is asked for twice. */
let inHand: { readonly lines: readonly FeeLine[]; readonly print: number } | undefined

function printOf({ feedetail }: Visit): number {
  if (inHand?.lines !== feedetail) inHand = { lines: feedetail, print: contentPrint(feedetail) }
  return inHand.print
}

const ofPerson = ({ psn_no }: Claim) => psn_no

function identical(): Part<Visit, Baskets, Evidence, Params> {
  function stepOf(baskets: Baskets, visit: Visit, root: string, { persons }: Params): Step<Baskets, Evidence> {
    const signature = printOf(visit).toString(36)
    const claims = baskets.claims[signature] ?? []
    const tooMany = claims.length >= persons && distinct(claims, ofPerson) >= persons
    if (tooMany) baskets.shown[signature] ??= basketOf(visit)
    else delete baskets.shown[signature]
    const said = { identical: true, basket: baskets.shown[signature] ?? [], lines: visit.feedetail.length }
    const bucket = `${formatDay(dayOf(visit.setl_time))}|${signature}`
    return {
      state: baskets,
      touched: [
        {
          subject: { type: 'institution', id: root },
          bucket,
          holds: tooMany ? findingOn(root, signature, claims, said) : undefined,
        },
      ],
      forgetAt: forgottenAt(baskets, visit),
    }
  }
  return {
    name: '',
    on: ['settlement'],
    space: 'institution',
    root: ({ fixmedins_code }) => fixmedins_code,
    key: (visit) => `${dayOf(visit.setl_time)}|${printOf(visit) % DRAWERS}`,
    concerns: (visit, { params }) => visit.feedetail.length >= params.lines && isComparable(visit),
    memoryless: false,
    owned: true,
    form: {
      pack: ({ claims, shown }) => [Object.entries(claims).map(([print, of]) => [print, ...of.map(CLAIM_FORM.pack)]), shown],
      unpack: ([packed, shown]: [[string, ...unknown[]][], Baskets['shown']]) => ({
        claims: Object.fromEntries(packed.map(([print, ...of]) => [print, of.map(CLAIM_FORM.unpack)])),
        shown,
      }),
    },
    initial: () => ({ claims: {}, shown: {} }),
    onEvent(baskets, visit, { root, params }) {
      const signature = printOf(visit).toString(36)
      const known = baskets.claims[signature]
      if (known) known.push(claim(visit))
      else {
        baskets.claims[signature] = [claim(visit)]
        // Nearly every basket is one of its kind.
        if (params.persons > 1) return { state: baskets, forgetAt: forgottenAt(baskets, visit) }
      }
      return stepOf(baskets, visit, root, params)
    },
    onVoid(baskets, original, { root, params }) {
      const visit = original as Visit
      const signature = printOf(visit).toString(36)
      const known = baskets.claims[signature] ?? []
      const left = known.filter(({ id }) => id !== visit.setl_id)
      if (left.length === known.length) return UNCHANGED
      if (left.length > 0) baskets.claims[signature] = left
      else delete baskets.claims[signature]
      return stepOf(baskets, visit, root, params)
    },
  }
}

/** What holds is kept beyond: `touched` does not keep memory by itself. */
function forgottenAt({ shown }: Baskets, visit: Visit): Instant | undefined {
  return Object.keys(shown).length > 0 ? undefined : endOf(visit) + KEPT
}

function endOf({ setl_time }: Visit): Instant {
  return startOfDay(dayOf(setl_time) + 1)
}

/** A large claim, whose lines are compared one by one. */
interface LargeClaim extends Claim {
  readonly elements: readonly number[]
  readonly print: number
}

/** Claims that are alike, or alike to one that is: by the first of them. */
function groupsOf(claims: readonly LargeClaim[], similarity: number): readonly (readonly LargeClaim[])[] {
  const groups: LargeClaim[][] = []
  for (const one of claims) {
    const near = groups.filter((group) => group.some((other) => areAlike(one.elements, other.elements, similarity)))
    for (const group of near) groups.splice(groups.indexOf(group), 1)
    groups.push([...near.flat(), one])
  }
  return groups
}

/**
 * ANO-08 批量同质处方: the same lines for many persons on one day. Two parts: claims that hold the same to the last line, and
 * large ones that hold nearly the same, which is an alert of its own.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-08',
  version: 7,
  title: { zh: '批量同质处方', en: 'Cloned claims' },
  category: 'ANO',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '40(二)' },
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
  ],
  stages: ['mid'],
  behaviour: '虚构医药服务项目',
  params: {
    lines: byDefault(4, 'smaller baskets are alike by chance'),
    persons: byDefault(15, 'at least so many on one day at one institution'),
    similar_lines: byDefault(19, 'only in such large claims one line more or less leaves nearly the same'),
    similarity: byDefault(0.95, 'Jaccard of (code, count)'),
  },
  parts: [
    identical(),
    windowRule<Visit, LargeClaim, Evidence, Params>({
      name: 'NEAR',
      on: ['settlement'],
      space: 'institution',
      root: ({ fixmedins_code }) => fixmedins_code,
      key: ({ setl_time }) => String(dayOf(setl_time)),
      concerns: (visit, { params }) => visit.feedetail.length >= params.similar_lines && isComparable(visit),
      form: {
        pack: (large) => [...(CLAIM_FORM.pack(large) as unknown[]), packPrints([large.print, ...large.elements])],
        unpack: (packed) => {
          const [print, ...elements] = unpackPrints(packed[5])
          return { ...CLAIM_FORM.unpack(packed), print: print!, elements }
        },
      },
      keep: KEPT,
      remember: (visit) => ({ print: printOf(visit), elements: elementsOf(visit.feedetail), ...claim(visit) }),
      judge(claims, { root, params }) {
        if (claims.length < params.persons) return { holds: [] }
        const groups = groupsOf(claims, params.similarity).filter((group) => {
          return distinct(group, ofPerson) >= params.persons && distinct(group, ({ print }) => print) > 1
        })
        const holds = groups.map((group) => {
          const [first] = group.toSorted(inTime)
          const said = { identical: false, basket: [], lines: first!.elements.length }
          return findingOn(root, first!.print.toString(36), group, said)
        })
        return { holds }
      },
    }),
  ],
  explain({ day, identical, lines, person_count, settlements, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${day}有${person_count}人${settlements}笔结算的${lines}项明细${identical ? '完全相同' : '几乎相同'}，基金${amount}元。`
      : `On ${day} ${settlements} settlements of ${person_count} persons held ${identical ? 'the same' : 'nearly the same'} ${lines} lines; the fund paid ${amount} yuan.`
  },
  example: {
    day: '2026-03-02',
    fixmedins_code: 'H99010100001',
    identical: true,
    basket: [{ med_list_codg: 'XA01', name: '示例片', cnt: 2 }],
    lines: 5,
    persons: ['PSN1', 'PSN2'],
    person_count: 16,
    settlements: 16,
    vola_amt: 1820,
  },
})
