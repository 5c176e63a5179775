import { describe, expect, it } from 'vitest'
import { STATES } from '../../../../schemas/alert.ts'
import { ACTIONS } from '../../../../schemas/workflow.ts'
import { INSTITUTION, INVESTIGATOR, OFFICER, person, REVIEWER } from '../testing/people.ts'
import { AT, anything, apply, context, refusal, type Step } from '../testing/walks.ts'
import { Refused } from './refused.ts'
import { type Actor, type Event, SYSTEM, UNTOUCHED } from './situation.ts'

const OPEN = STATES.filter((state) => !['DISMISSED', 'CLOSED', 'TRANSFERRED', 'VOIDED'].includes(state))
/** Workflow 3.3 as a list: state, event, who, next state. `vote` is the deciding vote of a panel of three. */
const LINES: [string, Event, Actor, string][] = [
  ['NEW', 'auto_refuse', SYSTEM, 'REFUSE_PROPOSED'],
  ['NEW', 'assign', OFFICER, 'FIRST_REVIEW'],
  ['FIRST_REVIEW', 'dismiss', INVESTIGATOR, 'DISMISSED'],
  ['FIRST_REVIEW', 'request_records', INVESTIGATOR, 'EVIDENCE'],
  ['EVIDENCE', 'records_received', INVESTIGATOR, 'FIRST_REVIEW'],
  ['EVIDENCE', 'time_out', SYSTEM, 'FIRST_REVIEW'],
  ['FIRST_REVIEW', 'notify', INVESTIGATOR, 'APPEAL_OPEN'],
  ['REFUSE_PROPOSED', 'notify', INVESTIGATOR, 'APPEAL_OPEN'],
  ['APPEAL_OPEN', 'appeal', INSTITUTION, 'SECOND_REVIEW'],
  ['APPEAL_OPEN', 'time_out', SYSTEM, 'CONFIRMED'],
  ['SECOND_REVIEW', 'accept_appeal', REVIEWER, 'DISMISSED'],
  ['SECOND_REVIEW', 'uphold', REVIEWER, 'REAPPEAL_OPEN'],
  ['REAPPEAL_OPEN', 'reappeal', INSTITUTION, 'PANEL'],
  ['REAPPEAL_OPEN', 'time_out', SYSTEM, 'CONFIRMED'],
  ['PANEL', 'panel_dismiss', SYSTEM, 'DISMISSED'],
  ['PANEL', 'panel_uphold', SYSTEM, 'FINAL'],
  ['FINAL', 'sign', OFFICER, 'CONFIRMED'],
  ['CONFIRMED', 'dispose', OFFICER, 'DISPOSING'],
  ['DISPOSING', 'close', SYSTEM, 'CLOSED'],
  ['DISPOSING', 'hand_over', SYSTEM, 'TRANSFERRED'],
  ['DISMISSED', 'reopen', OFFICER, 'FIRST_REVIEW'],
  ['VOIDED', 'restore', SYSTEM, 'NEW'],
  ...OPEN.filter((state) => state !== 'CASE_FILED').map((state): [string, Event, Actor, string] => [
    state,
    'file_case',
    OFFICER,
    'CASE_FILED',
  ]),
  ...OPEN.slice(0, 9).map((state): [string, Event, Actor, string] => [state, 'retract', SYSTEM, 'VOIDED']),
]
describe('the machine of workflow 3.3', () => {
  it.each(LINES)('goes from %s by %s of %o to %s', (from, event, actor, to) => {
    const before = AT[from as keyof typeof AT]
    const after = apply(before, [event, actor], anything)
    expect([after.state, after.version]).toEqual([to, before.version + 1])
  })

  it('leaves no state by anything else', () => {
    const everyone = person('everyone', ['officer', 'investigator', 'reviewer2', 'panel', 'institution', 'system'])
    const system: Event[] = [
      'auto_refuse',
      'time_out',
      'retract',
      'restore',
      'panel_dismiss',
      'panel_uphold',
      'close',
      'hand_over',
    ]
    const allowed = new Set(LINES.map(([from, event]) => `${from} ${event}`))
    for (const exception of ['CASE_FILED dispose', 'CASE_FILED transfer', 'DISPOSING execute']) allowed.add(exception)
    for (const [state, situation] of Object.entries(AT)) {
      for (const event of [...ACTIONS, ...system]) {
        if (allowed.has(`${state} ${event}`)) continue
        try {
          expect([state, event, apply(situation, [event, everyone], anything).state]).toEqual([state, event, state])
        } catch (error) {
          if (!(error instanceof Refused)) throw error
        }
      }
    }
  })

  it('knows who may do what', () => {
    const strangers = ['regulator', 'rule_admin', 'sys_admin', 'sec_admin', 'audit_admin'].map((role) => person('x', [role]))
    for (const [from, event, actor] of LINES) {
      const situation = AT[from as keyof typeof AT]
      for (const stranger of strangers) {
        expect([from, event, refusal(situation, [event, stranger], anything)]).toEqual([from, event, 'ACTOR_REFUSED'])
      }
      if (actor === OFFICER && event !== 'assign') {
        expect(refusal(situation, [event, INVESTIGATOR], anything)).toBe('ACTOR_REFUSED')
      }
    }
    expect(refusal(AT.SECOND_REVIEW, ['uphold', OFFICER])).toBe('ACTOR_REFUSED')
    expect(refusal(AT.PANEL, ['vote', REVIEWER])).toBe('ACTOR_REFUSED')
    expect(apply(AT.FIRST_REVIEW, ['dismiss', OFFICER]).state).toBe('DISMISSED')
  })

  /** Who may bring each line about; an officer may do all that an investigator may. */
  const PARTIES: Readonly<Record<string, string>> = {
    assign: 'officer investigator',
    dismiss: 'officer investigator',
    request_records: 'officer investigator',
    records_received: 'officer investigator',
    notify: 'officer investigator',
    appeal: 'officer investigator institution',
    reappeal: 'officer investigator institution',
    accept_appeal: 'reviewer2',
    uphold: 'reviewer2',
    sign: 'officer',
    dispose: 'officer',
    file_case: 'officer',
    reopen: 'officer',
  }
  const EVERY_ROLE =
    'officer investigator reviewer2 panel regulator institution rule_admin sys_admin sec_admin audit_admin'.split(' ')
  it.each(LINES)('lets from %s by %s go whom the line names, and nobody else', (from, event) => {
    const situation = AT[from as keyof typeof AT]
    const named = (PARTIES[event] ?? '').split(' ')
    for (const role of EVERY_ROLE) {
      // An investigator assigns to himself only.
      const step: Step = [event, person('new', [role]), event === 'assign' ? { assignee: 'new' } : {}]
      const isRefused = refusal(situation, step, anything) === 'ACTOR_REFUSED'
      expect([from, event, role, isRefused]).toEqual([from, event, role, !named.includes(role)])
    }
  })

  it('refuses automatically only what is definite, and only where the rule says so', () => {
    const suspicion = context({ auto_refuse: true, alert: { ...context().alert, result_type: 'suspicion' } })
    expect(refusal(UNTOUCHED, ['auto_refuse', SYSTEM], suspicion)).toBe('STATE_REFUSES')
    expect(refusal(UNTOUCHED, ['auto_refuse', SYSTEM])).toBe('STATE_REFUSES')
  })
})
