import { type Fen, yuan } from '../../schemas/money.ts'
import { dayOf, type Instant, parseDay, startOfDay } from '../../schemas/time.ts'
import { type Context, type Finding, type Part, type Step, UNCHANGED, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { packTime, unpackTime } from '../kit/parts/packed.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { type ReferenceView, regionPrefix } from '../reference.ts'
import { type Evidence, isKnownFrom, KEPT, lastDayOf, type Params, ratioOf, yearIn } from './ano-16.terms.ts'

/** Dialysis and tumour patients come to their cap by illness. */
const LEGITIMATE = /^(?:N18|C\d\d|Z51)/

interface Late {
  readonly id: string
  readonly at: Instant
  readonly fund: Fen
}

/** What the fund paid for a person in a year, and the settlements of the year's last days. */
interface Spent {
  fund: Fen
  insutype: string
  insu_admdvs: string
  admdvs: string
  fixmedins_code: string
  ill: number
  readonly late: Late[]
}

/** The cap of the person's insurance: of the nearest region that has one, in fen. */
function capOf({ insutype, insu_admdvs }: Spent, at: Instant, reference: ReferenceView): Fen | undefined {
  const rows = reference.lookup('fund_cap', insutype, at).map(({ row }) => row)
  const near = rows.filter(({ admdvs }) => insu_admdvs.startsWith(regionPrefix(admdvs ?? '')))
  near.sort((a, b) => regionPrefix(b.admdvs ?? '').length - regionPrefix(a.admdvs ?? '').length)
  const cap = near[0]?.year_cap
  return cap ? Math.round(cap * 100) : undefined
}

function personFinding(spent: Spent, year: string, { root, params, reference }: Context<Params>): Finding<Evidence> | undefined {
  const { fund, late, ill } = spent
  if (ill > 0 || late.length < params.cap_settlements) return undefined
  const last = late.at(-1)!
  const cap = capOf(spent, last.at, reference)
  if (cap === undefined || fund < params.cap_from * cap || fund > cap) return undefined
  const vola_amt = late.reduce((sum, one) => sum + one.fund, 0)
  return {
    subject: { type: 'person', id: root },
    bucket: year,
    result: 'suspicion',
    severity: 3,
    vola_amt,
    setl_ids: late.map(({ id }) => id),
    lines: [],
    at: last.at,
    first_seen: late[0]!.at,
    count: late.length,
    psn_no: root,
    fixmedins_code: spent.fixmedins_code,
    admdvs: spent.admdvs,
    insu_admdvs: spent.insu_admdvs,
    evidence: {
      ...{ year, subject: root, clause: 'cap', amount: yuan(fund), limit: yuan(cap), ratio: ratioOf(fund * 100, cap) },
      settlements: late.length,
      settlements_above: null,
      vola_amt: yuan(vola_amt),
    },
  }
}

/** A year of a person: who comes up to the cap in its last days. */
export const personPart: Part<Visit, Spent, Evidence, Params> = {
  name: 'PERSON',
  on: ['settlement'],
  space: 'person',
  root: ({ psn_no }) => psn_no,
  key: yearIn,
  concerns: ({ fund_pay_sumamt }) => fund_pay_sumamt > 0,
  memoryless: false,
  owned: true,
  form: {
    pack: ({ fund, insutype, insu_admdvs, admdvs, fixmedins_code, ill, late }) => [
      ...[fund, insutype, insu_admdvs, admdvs, fixmedins_code, ill],
      ...late.flatMap(({ id, at, fund: paid }) => [id, packTime(at), paid]),
    ],
    unpack([fund, insutype, insu_admdvs, admdvs, fixmedins_code, ill, ...packed]) {
      const late: Late[] = []
      for (let i = 0; i < packed.length; i += 3) late.push({ id: packed[i], at: unpackTime(packed[i + 1]), fund: packed[i + 2] })
      return { fund, insutype, insu_admdvs, admdvs, fixmedins_code, ill, late }
    },
  },
  initial: () => ({ fund: 0, insutype: '', insu_admdvs: '', admdvs: '', fixmedins_code: '', ill: 0, late: [] }),
  onEvent(spent, visit, context) {
    const year = yearIn(visit)
    if (!isKnownFrom(parseDay(`${year}-01-01`), context)) return { unchanged: true, state: undefined, skipped: 'HISTORY_SHORT' }
    const { setl_id: id, setl_time: at, fund_pay_sumamt: fund, insutype, insu_admdvs, admdvs, fixmedins_code } = visit
    spent.fund += fund
    if (isIll(visit)) spent.ill++
    if (dayOf(at) > lastDayOf(year) - context.params.cap_last_days && !isAtAgency(visit)) {
      spent.late.push({ id, at, fund })
      spent.late.sort(inTime)
      if (spent.late.at(-1)!.id === id) Object.assign(spent, { insutype, insu_admdvs, admdvs, fixmedins_code })
    }
    return judgedPerson(spent, year, context)
  },
  onVoid(spent, original, context) {
    const visit = original as Visit
    const year = yearIn(visit)
    if (visit.fund_pay_sumamt <= 0 || !isKnownFrom(parseDay(`${year}-01-01`), context)) return UNCHANGED
    spent.fund -= visit.fund_pay_sumamt
    if (isIll(visit)) spent.ill--
    const place = spent.late.findIndex(({ id }) => id === visit.setl_id)
    if (place >= 0) spent.late.splice(place, 1)
    return judgedPerson(spent, year, context)
  },
}

function isIll({ diseinfo }: Visit): boolean {
  return diseinfo.some(({ diag_code }) => LEGITIMATE.test(diag_code))
}

function judgedPerson(spent: Spent, year: string, context: Context<Params>): Step<Spent, Evidence> {
  const forgetAt = startOfDay(lastDayOf(year)) + KEPT
  if (spent.late.length === 0) return { state: spent, forgetAt, holds: NOTHING_HOLDS }
  const finding = personFinding(spent, year, context)
  return { state: spent, forgetAt, holds: finding ? [finding] : NOTHING_HOLDS }
}
