import type { FeeLine } from '../../schemas/events.ts'
import { type Fen, formatYuan } from '../../schemas/money.ts'
import { dayOf, formatDay, formatInstant, MINUTE } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, involved, violating } from '../kit/bills/finding.ts'
import {
  type Billed,
  corrected,
  keptTogether,
  packVisit,
  takenBackBy,
  unpackVisit,
  type VisitBill,
} from '../kit/bills/visit-bills.ts'
import { itemName } from '../kit/items/item-name.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { type NamedCode, type PackedCode, packCode, unpackCode } from '../kit/items/named-code.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { inTime, type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { STAY_MEMORY } from '../kit/stays/stay.ts'
import { byDefault } from '../params.ts'
import type { Known, ReferenceView } from '../reference.ts'

type Scope = 'HOUR' | 'DAY' | 'VISIT'

/** With what a line must not be charged together, as the pair table stood when the line arrived. */
interface Clash {
  readonly partner: string
  readonly scope: Scope
  /** Greatest distance in time, for scope HOUR. */
  readonly within: number
  readonly rule: string
}

interface Line extends NamedCode, Billed {
  /** Pairs in which this line is the violating one; empty for a line that only forbids others. */
  readonly clashes: readonly Clash[]
}

interface Charged extends Remembered, VisitBill<Line> {}

type PackedLine = readonly [sn: string, code: PackedCode, at: number, cnt: number, inscp: Fen, ...clashes: Clash[]]

const FORM: Form<Charged> = {
  pack(charged) {
    const lines = charged.lines.map((line): PackedLine => {
      return [line.sn, packCode(line), packTime(line.at), line.cnt, line.inscp, ...line.clashes]
    })
    return [...packHead(charged), packVisit(charged), lines]
  },
  unpack(packed) {
    const [, , , visit, lines] = packed
    const unpackLine = ([sn, code, at, cnt, inscp, ...clashes]: PackedLine) => {
      return { sn, ...unpackCode(code), at: unpackTime(at), cnt, inscp, clashes }
    }
    return { ...unpackVisit(visit), lines: lines.map(unpackLine), ...unpackHead(packed) }
  },
}

interface Named {
  readonly setl_id: string
  readonly feedetl_sn: string
  readonly med_list_codg: string
  readonly name: string
  readonly fee_ocur_time: string
}

interface Evidence {
  readonly pairs: readonly {
    readonly rule: string
    readonly scope: Scope
    readonly violating: Named
    readonly partner: Named
    readonly vola_amt: number
  }[]
  readonly vola_amt: number
}

interface Params {
  readonly hour_minutes: number
}

function pairsOf(visit: Visit, { med_list_codg, fee_ocur_time }: FeeLine, reference: ReferenceView): readonly Known<'mutex'>[] {
  return reference.lookup('mutex', med_list_codg, fee_ocur_time, visit)
}

/** Scope DAY and, of the two, the second code as the violating one, where a row does not say (batch 7: A includes B). */
function clashesOf(rows: readonly Known<'mutex'>[], own: string, { hour_minutes }: Params): readonly Clash[] {
  return rows.flatMap(({ id, row: { code_a, code_b, scope, violating: named } }) => {
    if (!code_a || !code_b || code_a === code_b) return []
    const [accused, partner] = named === code_a ? [code_a, code_b] : [code_b, code_a]
    if (accused !== own) return []
    return [{ partner, scope: scope ?? 'DAY', within: hour_minutes * MINUTE, rule: id }]
  })
}

interface Placed {
  readonly settlement: Charged
  readonly line: Line
}

interface Hit {
  readonly clash: Clash
  readonly accused: Placed
  readonly partner: Placed
  /** The settlement that completed the pair. */
  readonly later: Charged
}

/** Every pair that the settlements hold, in the order of time. */
function pairsIn(settlements: readonly Charged[]): Hit[] {
  const all = settlements.flatMap((settlement) => settlement.lines.map((line) => ({ settlement, line })))
  const byCode = groupBy(all, ({ line }) => line.named)
  return all.flatMap((accused) =>
    accused.line.clashes.flatMap((clash) => {
      const partners = byCode.get(clash.partner)?.filter((other) => isWithin(clash, accused, other)) ?? []
      // One partner of each settlement tells enough, and a long stay has hundreds.
      const first = groupBy(partners, ({ settlement }) => settlement).values()
      return Array.from(first, ([partner]) => partner!).map((partner) => ({
        clash,
        accused,
        partner,
        later: later(accused.settlement, partner.settlement),
      }))
    }),
  )
}

function accusedIn(settlements: readonly Charged[]) {
  return pairsIn(settlements).map(({ accused: { settlement, line } }) => ({ settlement, sn: line.sn }))
}

/** One line is at fault once: on the day where a day's pair forbids it, and in the settlement that told first. */
function faultsAmong(pairs: readonly Hit[]): Hit[] {
  const rank = (a: Hit, b: Hit) => Number(isOfVisit(a)) - Number(isOfVisit(b)) || inTime(a.later, b.later)
  return [...groupBy(pairs, ({ accused }) => accused).values()].map((hits) => hits.toSorted(rank)[0]!)
}

function isOfVisit({ clash }: Hit): boolean {
  return clash.scope === 'VISIT'
}

function later(a: Charged, b: Charged): Charged {
  return inTime(a, b) < 0 ? b : a
}

function isWithin({ scope, within }: Clash, a: Placed, b: Placed): boolean {
  // What lies beyond the memory may or may not be gone; what holds must not depend on it.
  if (Math.abs(a.settlement.at - b.settlement.at) > STAY_MEMORY) return false
  if (scope === 'VISIT') return a.settlement.visit === b.settlement.visit
  if (dayOf(a.line.at) !== dayOf(b.line.at)) return false
  return scope === 'DAY' || Math.abs(a.line.at - b.line.at) <= within
}

/** POL-02 项目重复收费: two items that exclude or include each other, charged together. */
export default defineDetector<Evidence, Params>({
  id: 'POL-02',
  version: 4,
  title: { zh: '项目重复收费(互斥/包含)', en: 'Mutually exclusive or included items charged together' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(三)' }],
  stages: ['pre', 'mid'],
  behaviour: '重复收费',
  params: { hour_minutes: byDefault(60, 'greatest distance of two lines of scope HOUR, minutes') },
  parts: [
    windowRule<Visit, Charged, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      key: (visit) => visit.fixmedins_code,
      // One memory per person and institution: a visit lies within one, and a line's day may be any day of a stay.
      // A stay is settled at its end, and its first day may be the day of an outpatient visit.
      concerns: (visit, { reference }) => visit.feedetail.some((line) => pairsOf(visit, line, reference).length > 0),
      form: FORM,
      keep: STAY_MEMORY,
      remember(visit, { params, reference }) {
        const lines = chargedLines(visit).flatMap((line): Line[] => {
          const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt } = line
          const rows = pairsOf(visit, line, reference)
          if (rows.length === 0) return []
          const named = reference.nameIn('mutex', code, at, visit)
          // What the person pays alone stands beside other lines, and costs the fund nothing twice.
          const inscp = inPolicy(line)
          return [{ sn, code, named, at, cnt, inscp, clashes: inscp > 0 ? clashesOf(rows, named, params) : [] }]
        })
        const back = takenBackBy(visit, (line) => pairsOf(visit, line, reference).length > 0)
        if (lines.length === 0 && back.length === 0) return undefined
        return { visit: visitOf(visit), lines, back, ...remembered(visit) }
      },
      judge(settlements, { root, reference }) {
        const pairs = pairsIn(corrected<Line, Charged>(settlements, accusedIn))
        if (pairs.length === 0) return { holds: NOTHING_HOLDS }
        const buckets = groupBy(faultsAmong(pairs), (hit) => `${bucketOf(hit)}|${hit.later.id}`)
        // Were one partner voided, another might take its place: all of them stay with the alert.
        const paired = new Set(pairs.flatMap(({ accused, partner }) => [accused.settlement.id, partner.settlement.id]))
        const keep = ({ id }: Charged) => (paired.has(id) ? Number.POSITIVE_INFINITY : STAY_MEMORY)
        const holds = [...buckets.values()].map((hits) => findingOn(root, hits, reference))
        return { holds, keep: keptTogether<Line, Charged>(settlements, keep) }
      },
    }),
  ],
  explain({ pairs, vola_amt }, language) {
    const [first] = pairs
    if (!first) return ''
    const amount = formatYuan(vola_amt * 100)
    const kinds = pairs.map(({ violating, partner }) => `${violating.med_list_codg}|${partner.med_list_codg}`)
    const others = withOthers(kinds, language)
    return language === 'zh'
      ? `${first.violating.name}与${first.partner.name}${SCOPES[first.scope].zh}不得同时收费，${others}${pairs.length}处共${amount}元。`
      : `${first.violating.name} must not be charged with ${first.partner.name} ${SCOPES[first.scope].en}: ${others}${counted(pairs.length, 'time')}, ${amount} yuan.`
  },
  example: {
    pairs: [
      {
        rule: 'mutex-1',
        scope: 'DAY',
        violating: {
          ...{ setl_id: 'S1', feedetl_sn: '2', med_list_codg: '001102000030000', name: '急诊诊查费' },
          fee_ocur_time: '2026-03-02T09:10:00+08:00',
        },
        partner: {
          ...{ setl_id: 'S1', feedetl_sn: '1', med_list_codg: '001103000010000', name: '急诊监护费' },
          fee_ocur_time: '2026-03-02T09:00:00+08:00',
        },
        vola_amt: 20,
      },
    ],
    vola_amt: 20,
  },
})

const SCOPES: Readonly<Record<Scope, { zh: string; en: string }>> = {
  HOUR: { zh: '同一小时内', en: 'within the hour' },
  DAY: { zh: '同日', en: 'on one day' },
  VISIT: { zh: '同次就诊', en: 'in one visit' },
}

/** Of a day's pair the day; a pair of the whole visit has no period. */
function bucketOf(hit: Hit): string {
  return isOfVisit(hit) ? '' : formatDay(dayOf(hit.accused.line.at))
}

/** All pairs of one bucket that one settlement completed. */
function findingOn(psn_no: string, hits: readonly Hit[], reference: ReferenceView): Finding<Evidence> {
  const { later } = hits[0]!
  const accused = hits.map(({ accused: { settlement, line } }) => violating(settlement.id, { feedetl_sn: line.sn }, line.inscp))
  const isAccused = ({ settlement, line }: Placed) =>
    accused.some((ref) => ref.setl_id === settlement.id && ref.feedetl_sn === line.sn)
  const partners = [...new Set(hits.map((hit) => hit.partner))].filter((partner) => !isAccused(partner))
  const vola_amt = accused.reduce((sum, line) => sum + line.vola_amt, 0)
  return {
    subject: { type: 'settlement', id: later.id },
    bucket: bucketOf(hits[0]!),
    result: 'violation',
    severity: 2,
    ...restingOn(
      psn_no,
      hits.flatMap((hit) => [hit.accused.settlement, hit.partner.settlement]),
    ),
    vola_amt,
    lines: [...accused, ...partners.map(({ settlement, line }) => involved(settlement.id, { feedetl_sn: line.sn }))],
    count: hits.length,
    evidence: {
      pairs: hits.map(({ clash: { rule, scope }, accused: a, partner: p }) => ({
        ...{ rule, scope, violating: named(a, reference), partner: named(p, reference), vola_amt: a.line.inscp / 100 },
      })),
      vola_amt: vola_amt / 100,
    },
  }
}

function named({ settlement, line: { sn, code, at } }: Placed, reference: ReferenceView): Named {
  const name = itemName(code, at, reference)
  return { setl_id: settlement.id, feedetl_sn: sn, med_list_codg: code, name, fee_ocur_time: formatInstant(at) }
}
