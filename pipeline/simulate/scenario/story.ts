import {
  DAY,
  type Day,
  formatDay,
  formatInstant,
  HOUR,
  type Instant,
  MINUTE,
  parseDay,
  startOfDay,
} from '../../../schemas/time.ts'
import { Random } from '../random.ts'
import type { TruthRow } from '../truth.ts'

type Wire = Readonly<Record<string, unknown>>

export interface LineGiven {
  readonly code?: string
  readonly list_type?: string
  /** `med_chrgitm_type`. */
  readonly type?: string
  readonly cnt?: number
  readonly cost: number
  readonly fields?: Wire
}

export interface VisitGiven {
  readonly institution: string
  readonly day: Day
  /** `HH:mm`; some time of the working day where absent. */
  readonly time?: string
  readonly person?: string
  readonly med_type?: string
  /** One line of this cost where no lines are given; some amount, hardly ever the same twice, where absent. */
  readonly cost?: number
  readonly lines?: readonly LineGiven[]
  readonly doctor?: string
  readonly diagnosis?: string
  /** Share of the bill that the fund pays. */
  readonly share?: number
  readonly fields?: Wire
}

export interface StayGiven extends Omit<VisitGiven, 'time'> {
  /** Nights; the day is that of the discharge. */
  readonly nights: number
  readonly discharge?: Wire
  readonly admission?: Wire
  /** Without a settlement yet. */
  readonly open?: boolean
}

export interface InstitutionGiven {
  readonly kind?: 'hospital' | 'clinic' | 'pharmacy'
  readonly level?: string
  readonly admdvs?: string
  readonly specialty?: string
  readonly row?: Wire
}

/** What one scenario tells, and the seed by which it is told alike each time. */
export interface Scenario {
  readonly summary: string
  tell(story: Story): void
}

/** Some people of each institution, who come one after the other: nobody twice on a day. */
const REGULARS = 400

/**
 * A history of a few institutions over months, told for one detector: what the region of the simulator, with its sixty
 * days, has no room for. Whatever is told in whichever order comes out by time, with a heartbeat each midnight.
 */
export class Story {
  readonly random: Random
  readonly #timed: { readonly at: Instant; readonly event: Wire }[] = []
  readonly #references: Wire[] = []
  readonly #truth: TruthRow[] = []
  readonly #places = new Map<string, string>()
  readonly #came = new Map<string, number>()
  #settlements = 0
  #institutions = 0
  #persons = 0
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY

  constructor(name: string, seed: number) {
    this.random = new Random(`${name}|${seed}`)
  }

  reference(table: string, id: string, row: Wire): void {
    this.#references.push({ kind: 'reference', table, id, row })
  }

  institution({ kind = 'hospital', level = '2', admdvs = '990101', specialty, row }: InstitutionGiven = {}): string {
    const code = `${kind === 'pharmacy' ? 'P' : 'H'}${admdvs}${String(++this.#institutions).padStart(5, '0')}`
    this.#places.set(code, admdvs)
    const known = { kind, admdvs, ...(kind === 'pharmacy' ? {} : { level }), ...(specialty ? { specialty } : {}) }
    const name = `示例${code.slice(1)}机构`
    this.reference('institution', code, { name, ...known, open_hours: '00:00-24:00', ...row })
    return code
  }

  institutions(count: number, given: InstitutionGiven = {}): string[] {
    return Array.from({ length: count }, () => this.institution(given))
  }

  person(): string {
    return `PSN99${String(++this.#persons).padStart(15, '0')}`
  }

  /** A settled visit or purchase; answers its `setl_id`. */
  visit(given: VisitGiven): string {
    const { day, time } = given
    const at = startOfDay(day) + (time === undefined ? this.#workingHour() : clock(time))
    return this.#settle(given, at, { begntime: at - 40 * MINUTE, endtime: at })
  }

  /** A stay with its admission and discharge, settled an hour after; answers its `setl_id`. */
  stay({ nights, admission = {}, discharge = {}, open, ...given }: StayGiven): string {
    const ended = startOfDay(given.day) + 10 * HOUR + this.random.below(3 * HOUR)
    const began = ended - nights * DAY + this.random.below(HOUR)
    const mdtrt_id = `M${String(++this.#settlements).padStart(9, '0')}`
    const psn_no = given.person ?? this.#regular(given.institution)
    const who = { mdtrt_id, psn_no, fixmedins_code: given.institution }
    const where = { insu_admdvs: this.#places.get(given.institution), gend: '1', brdy: '1962-05-04' }
    const reason = { dscg_maindiag_code: given.diagnosis ?? 'J18.900' }
    this.send(began, { kind: 'admission', ...who, ...where, ...reason, begntime: formatInstant(began), ...admission })
    this.send(ended, { kind: 'discharge', ...who, endtime: formatInstant(ended), dscg_way: '1', ...discharge })
    if (open) return ''
    const fields = { mdtrt_id, dscg_way: '1', ...given.fields }
    return this.#settle({ med_type: '21', ...given, person: psn_no, fields }, ended + HOUR, { begntime: began, endtime: ended })
  }

  void(setl_id: string, institution: string, person: string, day: Day): void {
    const at = startOfDay(day) + this.#workingHour()
    const who = { psn_no: person, fixmedins_code: institution }
    this.send(at, { kind: 'void', setl_id: `V-${setl_id}`, orig_setl_id: setl_id, ...who, setl_time: formatInstant(at) })
  }

  send(at: Instant, event: Wire): void {
    this.#timed.push({ at, event })
    this.#first = Math.min(this.#first, at)
    this.#last = Math.max(this.#last, at)
  }

  /** The alert that must be found; where settlements are named, the alert must name one of them. */
  found(detector_id: string, subject_id: string, setl_ids: readonly string[] = [], also: readonly string[] = []): void {
    const case_id = `${detector_id}-${this.#truth.length + 1}`
    this.#truth.push({ case_id, detector_id, setl_ids, subject_id, ...(also.length > 0 ? { also } : {}) })
  }

  /** What looks like it and must not be found. */
  decoy(detector_id: string, setl_ids: readonly string[]): void {
    this.#truth.push({ decoy: true, case_id: `${detector_id}-${this.#truth.length + 1}`, detector_id, setl_ids })
  }

  /** Reference rows, then events by time. */
  *events(): Generator<Wire> {
    yield* this.#references
    const [first, last] = [Math.floor(this.#first / DAY), Math.ceil(this.#last / DAY)]
    for (let day = first; day <= last; day++) {
      const at = startOfDay(day)
      if (at > this.#first) this.#timed.push({ at, event: { kind: 'heartbeat', time: formatInstant(at) } })
    }
    this.#timed.sort((a, b) => a.at - b.at)
    for (const { event } of this.#timed) yield event
  }

  get truth(): readonly TruthRow[] {
    return this.#truth
  }

  get settlements(): number {
    return this.#settlements
  }

  #settle(given: VisitGiven, at: Instant, { begntime, endtime }: { begntime: Instant; endtime: Instant }): string {
    const { institution, med_type = institution.startsWith('P') ? '41' : '11', share = 0.7, fields = {} } = given
    const setl_id = `S${String(++this.#settlements).padStart(9, '0')}`
    const doctor = given.doctor ?? (institution.startsWith('P') ? '' : `D${institution.slice(1)}`)
    const lines = (given.lines ?? [{ cost: given.cost ?? 60 + this.random.below(8000) / 100 }]).map((line, i) =>
      lineOf(line, i, at, doctor),
    )
    const fen = lines.reduce((sum, { det_item_fee_sumamt }) => sum + Math.round(det_item_fee_sumamt * 100), 0)
    const fund = Math.round(fen * share)
    const admdvs = this.#places.get(institution)
    this.send(at, {
      kind: 'settlement',
      ...{ setl_id, mdtrt_id: `M-${setl_id}`, psn_no: given.person ?? this.#regular(institution), gend: '1', brdy: '1962-05-04' },
      ...{ psn_type: '1101', insutype: '310', insu_admdvs: admdvs, mdtrt_admdvs: admdvs, pay_loc: '2' },
      ...{ fixmedins_code: institution, med_type, mdtrt_cert_type: '01', setl_time: formatInstant(at) },
      ...{ begntime: formatInstant(begntime), endtime: formatInstant(endtime), chfpdr_code: doctor },
      ...{ medfee_sumamt: fen / 100, fulamt_ownpay_amt: 0, overlmt_selfpay: 0, preselfpay_amt: 0, inscp_scp_amt: fen / 100 },
      ...{ hifp_pay: fund / 100, fund_pay_sumamt: fund / 100, psn_part_amt: (fen - fund) / 100 },
      ...{ acct_pay: 0, psn_cash_pay: (fen - fund) / 100 },
      diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_srt_no: 1, diag_code: given.diagnosis ?? 'J18.900' }],
      feedetail: lines,
      drug_trac_info: lines.flatMap(({ feedetl_sn, list_type }) => (list_type === '101' ? packageOf(setl_id, feedetl_sn) : [])),
      ...fields,
    })
    return setl_id
  }

  #workingHour(): number {
    return 8 * HOUR + this.random.below(540) * MINUTE + this.random.below(60) * 1000
  }

  #regular(institution: string): string {
    const came = this.#came.get(institution) ?? 0
    this.#came.set(institution, came + 1)
    return `REG${institution.slice(1)}${String(came % REGULARS).padStart(5, '0')}`
  }
}

/** A line of some medicine at one yuan a piece: what differs is how many. */
export function medicine(cost: number): LineGiven {
  const cnt = Math.round(cost)
  return { code: 'XA02BCA124A001010100001', list_type: '101', type: '09', cnt, cost: cnt }
}

/** Every day from one until before another, as `yyyy-MM-dd`. */
export function days(from: string, until: string): Day[] {
  const first = parseDay(from)
  return Array.from({ length: parseDay(until) - first }, (_, i) => first + i)
}

export function daysOfMonth(month: string): Day[] {
  const first = parseDay(`${month}-01`)
  let last = first + 28
  while (formatDay(last).startsWith(month)) last++
  return Array.from({ length: last - first }, (_, i) => first + i)
}

/** So many days of a month, spread over it. */
export function spread(month: string, count: number): Day[] {
  const all = daysOfMonth(month)
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!)
}

function clock(time: string): number {
  const [hours, minutes, seconds = 0] = time.split(':').map(Number)
  return hours! * HOUR + minutes! * MINUTE + seconds * 1000
}

/** A package of its own, given in part: one code, however many pieces. */
function packageOf(setl_id: string, feedetl_sn: string) {
  return { feedetl_sn, drug_trac_codg: `84${setl_id.slice(1)}${feedetl_sn.padStart(9, '0')}`, trdn_flag: '1' }
}

function lineOf(
  { code = '003401000010000', list_type = '201', type = '05', cnt = 1, cost, fields }: LineGiven,
  i: number,
  at: Instant,
  doctor: string,
) {
  const amount = Math.round(cost * 100) / 100
  return {
    ...{
      feedetl_sn: String(i + 1),
      fee_ocur_time: formatInstant(at - 10 * MINUTE),
      med_list_codg: code,
      list_type,
      med_chrgitm_type: type,
    },
    ...{ cnt, pric: amount / cnt, det_item_fee_sumamt: amount, inscp_scp_amt: amount, bilg_dr_codg: doctor },
    ...fields,
  }
}
