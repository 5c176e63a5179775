import type { STATES } from '../../../../schemas/alert.ts'
import { parseInstant } from '../../../../schemas/time.ts'
import { CASE_STEPS } from '../../../../schemas/workflow.ts'
import { afterWorkdays } from '../calendar.ts'
import { decide } from '../machine/decide.ts'
import { Refused } from '../machine/refused.ts'
import { type Actor, type Command, type Context, type Event, type Situation, SYSTEM, UNTOUCHED } from '../machine/situation.ts'
import { INSTITUTION, INVESTIGATOR, OFFICER, OTHER_OFFICER, PANEL, REVIEWER } from './people.ts'

/** Alerts on their way through the workflow, for tests of its machine. */

export const MONDAY = parseInstant('2026-01-05 09:00:00')

export function context(changes: Partial<Context> & { at?: number } = {}): Context {
  const now = changes.at ?? MONDAY
  let ids = 0
  return {
    now,
    afterWorkdays: (n) => afterWorkdays(now, n, new Map()),
    alert: {
      fixmedins_code: 'H99010200001',
      result_type: 'violation',
      vola_amt: 500_00,
      basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(三)' }],
      has_evidence: true,
      has_person: true,
    },
    auto_refuse: false,
    criminal_threshold: 10_000_00,
    new_id: () => `m${++ids}`,
    ...changes,
  }
}

export type Given = Partial<Omit<Command, 'action' | 'version'>>
/** What each action needs, so that nothing but the state, the actor or the guard under test can refuse it. */
const COMPLETE: Partial<Record<Event, Given>> = {
  assign: { assignee: 'li' },
  dismiss: { reason: 'D04', note: 'justified by the record' },
  request_records: { note: 'the operation note' },
  notify: { amount: 500_00 },
  appeal: { statement: 'we object' },
  accept_appeal: { note: 'convincing' },
  uphold: { note: 'not convincing' },
  reappeal: { statement: 'we object again' },
  vote: { vote: 'uphold', note: 'clear' },
  recuse: { note: 'my former employer' },
  dispose: { measures: [{ code: 'RECOVER', amount: 500_00 }] },
  execute: { measure_id: 'm1', amount: 500_00 },
  file_case: { note: 'fraud' },
  step: { step: 'investigation', note: 'done' },
  transfer: { note: 'to the police' },
  reopen: { note: 'a new witness' },
  hold: { note: 'doubtful' },
  release_hold: { note: 'clear now' },
  snooze: { days: 30, note: 'known' },
  note: { note: 'called the clinic' },
}

export type Step = readonly [Event, Actor, Given?]

export function apply(situation: Situation, [action, actor, given]: Step, at: Context = context()): Situation {
  return decide(situation, { ...COMPLETE[action], ...given, action, version: situation.version }, actor, at).situation
}
export function walk(steps: readonly Step[], from = UNTOUCHED, at = context()): Situation {
  return steps.reduce((situation, step) => apply(situation, step, at), from)
}
export function refusal(situation: Situation, step: Step, at = context()): string | undefined {
  try {
    apply(situation, step, at)
    return undefined
  } catch (error) {
    if (error instanceof Refused) return error.code
    throw error
  }
}

const ASSIGNED: Step[] = [['assign', OFFICER, { assignee: 'li' }]]
const NOTIFIED: Step[] = [...ASSIGNED, ['notify', INVESTIGATOR]]
const APPEALED: Step[] = [...NOTIFIED, ['appeal', INSTITUTION]]
const UPHELD: Step[] = [...APPEALED, ['uphold', REVIEWER]]
const PANELLED: Step[] = [...UPHELD, ['reappeal', INSTITUTION]]
export const votes = (vote: 'dismiss' | 'uphold'): Step[] => PANEL.map((member) => ['vote', member, { vote }] as const)
export const FINAL: Step[] = [...PANELLED, ...votes('uphold')]
export const CONFIRMED: Step[] = [...FINAL, ['sign', OFFICER]]
export const DISPOSING: Step[] = [...CONFIRMED, ['dispose', OFFICER]]
const FRAUD = context({ criminal_threshold: 1 })
export const STEPS: Step[] = CASE_STEPS.map((step, n) => ['step', n === 0 ? OFFICER : OTHER_OFFICER, { step }] as const)
const refusing = context({ auto_refuse: true })

/** The way to each state. */
export const AT: Record<(typeof STATES)[number], Situation> = {
  NEW: UNTOUCHED,
  REFUSE_PROPOSED: apply(UNTOUCHED, ['auto_refuse', SYSTEM], refusing),
  FIRST_REVIEW: walk(ASSIGNED),
  EVIDENCE: walk([...ASSIGNED, ['request_records', INVESTIGATOR]]),
  APPEAL_OPEN: walk(NOTIFIED),
  SECOND_REVIEW: walk(APPEALED),
  REAPPEAL_OPEN: walk(UPHELD),
  PANEL: walk(PANELLED),
  FINAL: walk(FINAL),
  CONFIRMED: walk(CONFIRMED),
  DISPOSING: walk(DISPOSING),
  CASE_FILED: walk([['file_case', OFFICER]], UNTOUCHED, FRAUD),
  DISMISSED: walk([...ASSIGNED, ['dismiss', INVESTIGATOR]]),
  CLOSED: walk([...DISPOSING, ['execute', INVESTIGATOR]]),
  TRANSFERRED: walk(
    [
      ['file_case', OFFICER],
      ['transfer', OFFICER],
      ['transfer', OTHER_OFFICER],
    ],
    UNTOUCHED,
    FRAUD,
  ),
  VOIDED: walk([['retract', SYSTEM]]),
}

/** Where every guard but the one under test is satisfied. */
export const anything = context({ auto_refuse: true, criminal_threshold: 1 })
