import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, formatInstant } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type VisitHead } from '../detector.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/parts/remembered.ts'
import { byFirstMonth, distinct, runsOf } from '../kit/parts/runs.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { spanOfDays } from '../kit/plain/span-of-days.ts'
import { byDefault } from '../params.ts'

/** The account of one person paid for a settlement of another. */
interface Paid extends Remembered {
  readonly psn_no: string
  readonly paid: Fen
}

const FORM: Form<Paid> = {
  pack: (entry) => [...packHead(entry), entry.psn_no, entry.paid],
  unpack: (packed) => ({ psn_no: packed[3], paid: packed[4], ...unpackHead(packed) }),
}

interface Evidence {
  readonly from: string
  readonly to: string
  /** The first of them. */
  readonly persons: readonly { readonly psn_no: string; readonly settlements: number; readonly paid: number }[]
  readonly person_count: number
  readonly admdvs: readonly string[]
  readonly settlements: number
  readonly vola_amt: number
}

interface Params {
  readonly persons: number
  readonly regions: number
  readonly days: number
}

const SHOWN = 50

function findingOn(payer: string, month: string, run: readonly Paid[]): Finding<Evidence> {
  const persons = new Map<string, Paid[]>()
  for (const entry of run) persons.set(entry.psn_no, [...(persons.get(entry.psn_no) ?? []), entry])
  const sum = (entries: readonly Paid[]) => entries.reduce((total, { paid }) => total + paid, 0)
  const vola_amt = sum(run)
  return {
    subject: { type: 'person', id: payer },
    bucket: month,
    result: 'suspicion',
    severity: 3,
    ...restingOn(payer, run),
    first_seen: run[0]!.at,
    vola_amt,
    count: run.length,
    lines: [],
    evidence: {
      from: formatInstant(run[0]!.at),
      to: formatInstant(run.at(-1)!.at),
      persons: [...persons].slice(0, SHOWN).map(([psn_no, entries]) => {
        return { psn_no, settlements: entries.length, paid: yuan(sum(entries)) }
      }),
      person_count: persons.size,
      admdvs: [...new Set(run.map(({ admdvs }) => admdvs))],
      settlements: run.length,
      vola_amt: yuan(vola_amt),
    },
  }
}

/** ANO-17 共济账户异常: one account pays for more persons, or in more regions, than a family has. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-17',
  version: 2,
  title: { zh: '共济账户异常', en: 'Misuse of a shared family account' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '41' }],
  stages: ['mid'],
  behaviour: '出借凭证',
  params: {
    persons: byDefault(4, 'more persons than this'),
    regions: byDefault(3, 'or more regions of treatment than this'),
    days: byDefault(30),
  },
  parts: [
    windowRule<VisitHead, Paid, Evidence, Params>({
      on: ['settlement'],
      space: 'account',
      reads: 'head',
      root: ({ mulaid_psn_no, acct_mulaid_pay = 0, psn_no }) => mulaid_psn_no || (acct_mulaid_pay > 0 ? '' : psn_no),
      // What the owner spends on himself shares nothing.
      concerns: ({ mulaid_psn_no, acct_mulaid_pay = 0, psn_no }) =>
        acct_mulaid_pay > 0 && mulaid_psn_no !== '' && mulaid_psn_no !== psn_no,
      form: FORM,
      keep: 31 * DAY,
      remember: (visit) => ({ psn_no: visit.psn_no, paid: visit.acct_mulaid_pay ?? 0, ...remembered(visit) }),
      judge(paid, { root, params }) {
        const { persons, regions, days } = params
        const crosses = (window: readonly Paid[]) =>
          distinct(window, ({ psn_no }) => psn_no) > persons || distinct(window, ({ admdvs }) => admdvs) > regions
        const holds = crosses(paid) ? [...byFirstMonth(runsOf(paid, [{ days, crosses }]))] : NOTHING_HOLDS
        return { holds: holds.map(([month, run]) => findingOn(root, month, run)), keep: () => (days + 1) * DAY }
      },
    }),
  ],
  explain({ from, to, person_count, admdvs, settlements, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const when = spanOfDays(from, to, language)
    return language === 'zh'
      ? `一个共济账户${when}为${person_count}人在${admdvs.length}个就医区划支付${settlements}笔，共${amount}元。`
      : `One shared account paid for ${counted(person_count, 'person')} in ${counted(admdvs.length, 'region')} ${when}: ${settlements} settlements, ${amount} yuan.`
  },
  example: {
    from: '2026-03-02T09:00:00+08:00',
    to: '2026-03-20T16:00:00+08:00',
    persons: [
      { psn_no: 'PSN1', settlements: 1, paid: 40 },
      { psn_no: 'PSN2', settlements: 2, paid: 90 },
      { psn_no: 'PSN3', settlements: 1, paid: 35 },
      { psn_no: 'PSN4', settlements: 1, paid: 60 },
      { psn_no: 'PSN5', settlements: 1, paid: 55 },
    ],
    person_count: 5,
    admdvs: ['990101'],
    settlements: 6,
    vola_amt: 280,
  },
})
