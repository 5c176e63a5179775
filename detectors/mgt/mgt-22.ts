import type { Discharge } from '../../schemas/events.ts'
import { isInpatient, type MedClass } from '../../schemas/med-class.ts'
import { type Fen, formatYuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, formatInstant, type Instant, parseDay } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type LineRef, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy, violating } from '../kit/bills/finding.ts'
import { type PackedSerials, packHead, packSerials, packTime, serialAt, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/parts/remembered.ts'
import { type Entry, NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'

/** 离院方式 5: died. */
const DIED = '5'
/** 医嘱离院, 医嘱转院, 医嘱转社区/乡镇, 非医嘱离院: not 其他. */
const ALIVE = new Set(['1', '2', '3', '4'])
const VISITS_AND_PURCHASES: ReadonlySet<MedClass> = new Set(['OP', 'PHARM', 'PHARM_CHRONIC'])

type Source = 'register' | 'discharge' | 'settlement'

/** An event that tells of a death judges settlements from so long before it: no longer are those of the living remembered. */
const FORESTALLED = DAY
/** A stay is billed so long after its discharge. */
const BILLED = 30 * DAY

/** The lines of one day, side by side: every settlement of every person is remembered for some days. */
type DayCharged = readonly [day: Day, inscp: readonly Fen[], serials: PackedSerials]

interface Settled extends Remembered {
  readonly source: 'settlement'
  /** The death in which a stay ended, by its bill, and the stay. */
  readonly died?: Day
  readonly mdtrt_id?: string
  /** The death that the register knew when the settlement arrived. */
  readonly registered?: Day
  readonly days: readonly DayCharged[]
  /** Days after the death up to which a charge, and the settlement itself, are accepted; `null`: whenever it is settled. */
  readonly grace: number
  readonly settle: number | null
}

interface Discharged extends Entry {
  readonly source: 'discharge'
  readonly mdtrt_id: string
  readonly died?: Day
  /** Whether it says that the person left alive. */
  readonly alive: boolean
  readonly ingest_time: Instant
}

type Told = Settled | Discharged

const NO_LINES: PackedSerials = []

const FORM: Form<Told> = {
  pack(told) {
    if (told.source === 'discharge') {
      const { at, mdtrt_id, died, alive, ingest_time } = told
      return [mdtrt_id, packTime(at), packTime(ingest_time), died ?? (alive || null)]
    }
    const { days, grace, settle, died, registered, mdtrt_id } = told
    const death = died === undefined && registered === undefined ? [] : [died ?? null, registered ?? null]
    return [...packHead(told), days, grace, settle, ...death, ...(mdtrt_id === undefined ? [] : [mdtrt_id])]
  },
  unpack(packed) {
    if (packed.length === 4) {
      const [mdtrt_id, at, ingest_time, died] = packed
      const word = died === true ? { alive: true } : { alive: false, died: died ?? undefined }
      return dischargeOf(mdtrt_id, unpackTime(at), word, unpackTime(ingest_time))
    }
    const [, , , days, grace, settle, died, registered, mdtrt_id] = packed
    const death = { died: died ?? undefined, registered: registered ?? undefined, ...(mdtrt_id !== undefined && { mdtrt_id }) }
    return { source: 'settlement', ...death, days, grace, settle, ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly death_date: string
  readonly source: Source
  readonly settlements: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly fixmedins_code: string
    readonly first_fee: string
    readonly last_fee: string
    readonly vola_amt: number
  }[]
  readonly vola_amt: number
}

interface Params {
  readonly grace_days: number
  readonly settle_days: number
}

function discharged(event: Discharge, told: readonly Told[]): Discharged | undefined {
  const { mdtrt_id, endtime, ingest_time = 0 } = event
  const died = event.die_date ?? (event.dscg_way === DIED ? dayOf(endtime) : undefined)
  const alive = died === undefined && ALIVE.has(event.dscg_way)
  const word = dischargeOf(mdtrt_id, endtime, { died, alive }, ingest_time)
  // A second discharge with a later `ingest_time` corrects the first, in whichever order they arrive.
  const isCorrected = (other: Told) => other.source === 'discharge' && other.id === word.id && other.ingest_time > ingest_time
  return told.some(isCorrected) ? undefined : word
}

type End = Pick<Discharged, 'died' | 'alive'>

function dischargeOf(mdtrt_id: string, at: Instant, end: End, ingest_time: Instant): Discharged {
  return { id: `discharge:${mdtrt_id}`, at, source: 'discharge', mdtrt_id, ...end, ingest_time }
}

function settled(visit: Visit, { params, reference }: Context<Params>): Settled {
  const stay = isInpatient(visit.med_class)
  const death_date = reference.find('person', visit.psn_no, visit.setl_time)?.row.death_date
  const ended = stay && visit.dscg_way === DIED && visit.mid_setl_flag !== '1' ? visit.endtime : undefined
  return {
    source: 'settlement',
    died: ended && dayOf(ended),
    ...(ended && visit.mdtrt_id && { mdtrt_id: visit.mdtrt_id }),
    registered: death_date ? parseDay(death_date) : undefined,
    days: daysOf(visit),
    grace: params.grace_days,
    settle: settleDays(visit, params),
    ...remembered(visit),
  }
}

/**
 * Judged by its settlement too: nobody settles an outpatient visit or a purchase for the dead. To the agency the heirs bring
 * receipts of the living.
 */
function isOnTheSpot(visit: Visit): boolean {
  return VISITS_AND_PURCHASES.has(visit.med_class) && !isAtAgency(visit)
}

/** The heirs may settle what was done for the living later: the last stay within its time, an emergency whenever they come. */
function settleDays(visit: Visit, { grace_days, settle_days }: Params): number | null {
  if (isInpatient(visit.med_class)) return settle_days
  return isOnTheSpot(visit) ? grace_days : null
}

/** Without lines the settlement is one charge of what the fund paid; of what is settled later, when the visit began. */
function daysOf(visit: Visit): readonly DayCharged[] {
  if (visit.feedetail.length === 0) {
    const at = isOnTheSpot(visit) ? visit.setl_time : visit.begntime
    return at === undefined ? [] : [[dayOf(at), [visit.fund_pay_sumamt], NO_LINES]]
  }
  const days: { day: Day; inscp: Fen[]; sn: string[] }[] = []
  let charged: (typeof days)[number] | undefined
  for (const line of chargedLines(visit)) {
    const day = dayOf(line.fee_ocur_time)
    if (charged?.day !== day) charged = days.find((known) => known.day === day)
    if (!charged) {
      charged = { day, inscp: [], sn: [] }
      days.push(charged)
    }
    charged.inscp.push(inPolicy(line))
    charged.sn.push(line.feedetl_sn)
  }
  return days.map(({ day, inscp, sn }) => [day, inscp, packSerials(sn)])
}

/** MGT-22 死亡人员结算: services or purchases after the person's death. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-22',
  version: 4,
  title: { zh: '死亡人员结算', en: 'Settlement for a deceased person' },
  category: 'MGT',
  result: 'violation',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '40(一)' },
    { law: '医疗保障基金使用监督管理条例', article: '41' },
  ],
  stages: ['pre', 'mid'],
  behaviour: '冒名就医购药',
  params: {
    grace_days: byDefault(1, 'days after the date of death on which charges are still accepted'),
    settle_days: byDefault(90, 'days after the date of death within which the last stay is settled'),
  },
  parts: [
    windowRule<Visit | Discharge, Told, Evidence, Params>({
      on: ['settlement', 'discharge'],
      space: 'person',
      root: (event) => event.psn_no,
      form: FORM,
      // A death lasts; charges wait only for an event that tells of it late.
      keep: keptFor,
      remember: (event, context, told) => (event.kind === 'discharge' ? discharged(event, told) : settled(event, context)),
      judge: (told, { root }) => ({ holds: findingOn(root, told), ...keptAmong(told) }),
    }),
  ],
  explain({ death_date, settlements, vola_amt }, language) {
    const [first] = settlements
    if (!first) return ''
    const amount = formatYuan(vola_amt * 100)
    // What was charged while the person lived is at fault by the day of its settlement.
    const isChargedLater = first.first_fee > death_date
    const day = isChargedLater ? first.first_fee : first.setl_time.slice(0, 10)
    return language === 'zh'
      ? `参保人${death_date}死亡，其后仍有${settlements.length}笔结算（首笔${isChargedLater ? `费用${day}` : `于${day}结算`}），共${amount}元。`
      : `The person died on ${death_date}; ${counted(settlements.length, 'settlement')} came later, the first ${isChargedLater ? 'for charges of' : 'settled on'} ${day}: ${amount} yuan.`
  },
  example: {
    death_date: '2026-03-01',
    source: 'register',
    settlements: [
      {
        ...{ setl_id: 'S1', setl_time: '2026-03-05T10:00:00+08:00', fixmedins_code: 'P99010100001' },
        ...{ first_fee: '2026-03-05', last_fee: '2026-03-05', vola_amt: 86 },
      },
    ],
    vola_amt: 86,
  },
})

function keptFor(entry: Told): number {
  if (entry.died !== undefined) return Number.POSITIVE_INFINITY
  return entry.source === 'discharge' && entry.alive ? BILLED : FORESTALLED
}

/** The discharge of a stay says otherwise: the event beats the bill (contract, "Identity, duplicates, voids"). */
function isRefuted(entry: Told, told: readonly Told[]): boolean {
  if (entry.source === 'discharge' || entry.mdtrt_id === undefined) return false
  return told.some((other) => other.source === 'discharge' && other.alive && other.mdtrt_id === entry.mdtrt_id)
}

/** What refutes a bill is kept as long as the bill. */
function keptAmong(told: readonly Told[]) {
  const refuted = told.filter((entry) => isRefuted(entry, told))
  if (refuted.length === 0) return {}
  const isNeeded = (entry: Told) => entry.source === 'discharge' && refuted.some(({ mdtrt_id }) => mdtrt_id === entry.mdtrt_id)
  return { keep: (entry: Told) => (isNeeded(entry) ? Number.POSITIVE_INFINITY : keptFor(entry)) }
}

interface Death {
  readonly day: Day
  readonly source: Source
}

/** Where sources differ the latest day counts: registers err, and nobody is accused on the doubtful days. */
function deathBefore(settlement: Settled, told: readonly Told[]): Death | undefined {
  const { at, registered } = settlement
  const days = told.flatMap((entry) => {
    const { died, source, at: told_at } = entry
    return died === undefined || at < told_at - FORESTALLED || isRefuted(entry, told) ? [] : [{ day: died, source }]
  })
  const all: Death[] = registered === undefined ? days : [...days, { day: registered, source: 'register' }]
  return all.reduce<Death | undefined>((latest, death) => (latest && latest.day >= death.day ? latest : death), undefined)
}

interface Hit {
  readonly settlement: Settled
  readonly death: Death
  readonly days: readonly DayCharged[]
}

function hitOn(settlement: Settled, told: readonly Told[]): Hit[] {
  const death = deathBefore(settlement, told)
  if (!death) return []
  const { at, days, grace, settle } = settlement
  const tooLate = settle !== null && dayOf(at) > death.day + settle
  const after = tooLate ? days : days.filter(([day]) => day > death.day + grace)
  return after.length > 0 ? [{ settlement, death, days: after.toSorted(([a], [b]) => a - b) }] : []
}

function linesOf({ id }: Settled, [, inscp, serials]: DayCharged): LineRef[] {
  if (typeof serials !== 'number' && serials.length === 0) return []
  return inscp.map((amount, i) => violating(id, { feedetl_sn: serialAt(serials, i) }, amount))
}

function amountOf({ days }: Hit): Fen {
  return days.reduce((sum, [, inscp]) => sum + inscp.reduce((of, amount) => of + amount, 0), 0)
}

function isOfTheLiving(entry: Told): boolean {
  return entry.died === undefined && (entry.source === 'discharge' || entry.registered === undefined)
}

function findingOn(psn_no: string, told: readonly Told[]): readonly Finding<Evidence>[] {
  if (told.every(isOfTheLiving)) return NOTHING_HOLDS
  const hits = told.flatMap((entry) => (entry.source === 'settlement' ? hitOn(entry, told) : []))
  const last = hits.at(-1)
  if (!last) return []
  const vola_amt = hits.reduce((sum, hit) => sum + amountOf(hit), 0)
  return [
    {
      subject: { type: 'person', id: psn_no },
      bucket: '',
      result: 'violation',
      severity: 1,
      ...restingOn(
        psn_no,
        hits.map((hit) => hit.settlement),
      ),
      first_seen: hits[0]!.settlement.at,
      last_seen: last.settlement.at,
      vola_amt,
      lines: hits.flatMap(({ settlement, days }) => days.flatMap((day) => linesOf(settlement, day))),
      count: hits.length,
      evidence: {
        death_date: formatDay(last.death.day),
        source: last.death.source,
        settlements: hits.map((hit) => ({
          setl_id: hit.settlement.id,
          setl_time: formatInstant(hit.settlement.at),
          fixmedins_code: hit.settlement.fixmedins_code,
          first_fee: formatDay(hit.days[0]![0]),
          last_fee: formatDay(hit.days.at(-1)![0]),
          vola_amt: amountOf(hit) / 100,
        })),
        vola_amt: vola_amt / 100,
      },
    },
  ]
}
