import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { STATES } from '../../../../schemas/alert.ts'
import { DAY, formatInstant, parseInstant } from '../../../../schemas/time.ts'
import { ACTIONS, CASE_STEPS } from '../../../../schemas/workflow.ts'
import { afterWorkdays } from '../calendar.ts'
import {
  INSTITUTION,
  INVESTIGATOR,
  OFFICER,
  OTHER_INVESTIGATOR,
  OTHER_OFFICER,
  PANEL,
  person,
  REVIEWER,
} from '../testing/people.ts'
import { CLAIM_LIFE, decide } from './decide.ts'
import { Refused } from './refused.ts'
import { type Actor, type Command, type Context, type Event, ownerOf, type Situation, SYSTEM, UNTOUCHED } from './situation.ts'

const MONDAY = parseInstant('2026-01-05 09:00:00')

function context(changes: Partial<Context> & { at?: number } = {}): Context {
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

type Given = Partial<Omit<Command, 'action' | 'version'>>
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

type Step = readonly [Event, Actor, Given?]

function apply(situation: Situation, [action, actor, given]: Step, at: Context = context()): Situation {
  return decide(situation, { ...COMPLETE[action], ...given, action, version: situation.version }, actor, at).situation
}
function walk(steps: readonly Step[], from = UNTOUCHED, at = context()): Situation {
  return steps.reduce((situation, step) => apply(situation, step, at), from)
}
function refusal(situation: Situation, step: Step, at = context()): string | undefined {
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
const votes = (vote: 'dismiss' | 'uphold'): Step[] => PANEL.map((member) => ['vote', member, { vote }] as const)
const FINAL: Step[] = [...PANELLED, ...votes('uphold')]
const CONFIRMED: Step[] = [...FINAL, ['sign', OFFICER]]
const DISPOSING: Step[] = [...CONFIRMED, ['dispose', OFFICER]]
const FRAUD = context({ criminal_threshold: 1 })
const STEPS: Step[] = CASE_STEPS.map((step, n) => ['step', n === 0 ? OFFICER : OTHER_OFFICER, { step }] as const)
const refusing = context({ auto_refuse: true })

/** The way to each state. */
const AT: Record<(typeof STATES)[number], Situation> = {
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
const anything = context({ auto_refuse: true, criminal_threshold: 1 })

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

describe('timers', () => {
  it('count working days and begin on the next day', () => {
    const due = (situation: Situation) => situation.due && formatInstant(situation.due)
    expect(due(AT.FIRST_REVIEW)).toBe('2026-01-13T00:00:00+08:00')
    expect(due(AT.EVIDENCE)).toBe('2026-01-20T00:00:00+08:00')
    expect([AT.FIRST_REVIEW.on_due, AT.EVIDENCE.on_due, AT.APPEAL_OPEN.on_due]).toEqual(['', 'time_out', 'time_out'])
    expect(AT.CASE_FILED.due).toBe(MONDAY + 90 * DAY)
    expect(AT.DISMISSED.due).toBeNull()
  })

  it('of a disposal end with the first day that a measure names', () => {
    const measures = [
      { code: 'RECTIFY', due: '2026-02-01' },
      { code: 'RECTIFY', due: '2026-01-20' },
    ] as const
    expect(formatInstant(apply(AT.CONFIRMED, ['dispose', OFFICER, { measures }]).due!)).toBe('2026-01-21T00:00:00+08:00')
  })
})

describe('four eyes', () => {
  const both = person('li', ['investigator', 'reviewer2', 'panel'])
  it('keep the first reviewer from the second review and the panel', () => {
    expect(refusal(AT.SECOND_REVIEW, ['uphold', both])).toBe('FOUR_EYES')
    expect(refusal(AT.SECOND_REVIEW, ['accept_appeal', both])).toBe('FOUR_EYES')
    expect(refusal(AT.PANEL, ['vote', both])).toBe('FOUR_EYES')
  })
  it('keep the second reviewer from the panel', () => {
    expect(refusal(AT.PANEL, ['vote', person('wang', ['panel'])])).toBe('FOUR_EYES')
  })
  it('keep whoever dismissed an alert from reviewing it again when it is reopened', () => {
    const reopened = apply(AT.DISMISSED, ['reopen', OFFICER])
    expect(refusal(reopened, ['dismiss', INVESTIGATOR])).toBe('FOUR_EYES')
    expect(refusal(reopened, ['notify', INVESTIGATOR])).toBe('FOUR_EYES')
    expect(apply(reopened, ['notify', OTHER_INVESTIGATOR]).state).toBe('APPEAL_OPEN')
  })
  it('ask two officers before a case goes to the police', () => {
    const asked = apply(AT.CASE_FILED, ['transfer', OFFICER])
    expect([asked.state, asked.pending?.by]).toEqual(['CASE_FILED', 'chen'])
    expect(refusal(asked, ['transfer', OFFICER])).toBe('FOUR_EYES')
    expect(apply(asked, ['transfer', OTHER_OFFICER]).state).toBe('TRANSFERRED')
  })
  it('ask another person for the legal review than for the investigation', () => {
    const investigated = apply(AT.CASE_FILED, ['step', OFFICER, { step: 'investigation' }])
    expect(refusal(investigated, ['step', OFFICER, { step: 'legal_review' }])).toBe('FOUR_EYES')
  })
})

describe('recusal', () => {
  it('binds a person to the institution, and whoever declares it to the alert', () => {
    const former = person('wang', ['reviewer2'], ['H99010200001'])
    expect(refusal(AT.SECOND_REVIEW, ['uphold', former])).toBe('RECUSED')
    const declared = apply(AT.PANEL, ['recuse', PANEL[0]!])
    expect(refusal(declared, ['vote', PANEL[0]!])).toBe('RECUSED')
    expect(refusal(AT.FIRST_REVIEW, ['dismiss', person('li', ['investigator'], ['H99010200001'])])).toBe('RECUSED')
  })
})

describe('a claim', () => {
  const claimed = apply(UNTOUCHED, ['claim', INVESTIGATOR])
  it('is a lease and no state: it names an owner until it runs out', () => {
    expect([claimed.state, claimed.version, ownerOf(claimed, MONDAY)]).toEqual(['NEW', 2, 'li'])
    expect(ownerOf(claimed, MONDAY + CLAIM_LIFE)).toBe('')
  })
  it('keeps others away, and is renewed by what its holder does', () => {
    expect(refusal(claimed, ['claim', OTHER_INVESTIGATOR])).toBe('CLAIMED_BY_OTHER')
    expect(refusal(claimed, ['hold', OTHER_INVESTIGATOR])).toBe('CLAIMED_BY_OTHER')
    const later = context({ at: MONDAY + CLAIM_LIFE - 1 })
    expect(apply(claimed, ['hold', INVESTIGATOR], later).claim?.until).toBe(later.now + CLAIM_LIFE)
    expect(apply(claimed, ['claim', OTHER_INVESTIGATOR], context({ at: MONDAY + CLAIM_LIFE })).claim?.by).toBe('zhao')
  })
  it('is taken away by an officer who gives a reason, and given back by its holder', () => {
    expect(refusal(claimed, ['claim', OFFICER])).toBe('CLAIMED_BY_OTHER')
    expect(apply(claimed, ['claim', OFFICER, { reason: 'on leave' }]).claim?.by).toBe('chen')
    expect(apply(claimed, ['release', INVESTIGATOR]).claim).toBeNull()
    expect(refusal(UNTOUCHED, ['release', INVESTIGATOR])).toBe('STATE_REFUSES')
  })
  it('ends with the first review, whose next step is another person’s', () => {
    const own = walk([
      ['claim', INVESTIGATOR],
      ['assign', INVESTIGATOR, { assignee: 'li' }],
    ])
    expect([own.state, own.claim?.by]).toEqual(['FIRST_REVIEW', 'li'])
    expect(apply(own, ['notify', INVESTIGATOR]).claim).toBeNull()
  })
  it('by assignment is an investigator’s own only', () => {
    expect(refusal(UNTOUCHED, ['assign', INVESTIGATOR, { assignee: 'zhao' }])).toBe('ASSIGNEE_INVALID')
  })
})

describe('what an action needs', () => {
  test.each<[keyof typeof AT, Step, string]>([
    ['FIRST_REVIEW', ['dismiss', INVESTIGATOR, { reason: 'D42' }], 'REASON_MISSING'],
    ['FIRST_REVIEW', ['dismiss', INVESTIGATOR, { note: ' ' }], 'NOTE_MISSING'],
    ['FIRST_REVIEW', ['dismiss', INVESTIGATOR, { reason: 'D99', note: 'short' }], 'NOTE_MISSING'],
    ['FIRST_REVIEW', ['notify', INVESTIGATOR, { amount: undefined }], 'AMOUNT_MISSING'],
    ['APPEAL_OPEN', ['appeal', INSTITUTION, { statement: '' }], 'EVIDENCE_MISSING'],
    ['PANEL', ['vote', PANEL[0]!, { vote: undefined }], 'VOTE_MISSING'],
    ['CONFIRMED', ['dispose', OFFICER, { measures: [] }], 'MEASURES_MISSING'],
    ['CONFIRMED', ['dispose', OFFICER, { measures: [{ code: 'REFUSE' }] }], 'MEASURE_INVALID'],
    ['CONFIRMED', ['dispose', OFFICER, { measures: [{ code: 'SUSPEND_PSN', months: 2 }] }], 'MEASURE_INVALID'],
    ['CONFIRMED', ['dispose', OFFICER, { measures: [{ code: 'POINTS', points: 3 }] }], 'MEASURE_INVALID'],
    ['DISPOSING', ['execute', INVESTIGATOR, { measure_id: 'none' }], 'MEASURE_UNKNOWN'],
    ['DISPOSING', ['execute', INVESTIGATOR, { amount: undefined }], 'AMOUNT_MISSING'],
    ['NEW', ['file_case', OFFICER], 'FRAUD_GROUND_MISSING'],
    ['CASE_FILED', ['step', OFFICER, { step: 'decision' }], 'STEP_ORDER'],
    ['CASE_FILED', ['dispose', OFFICER], 'STEPS_MISSING'],
    ['DISMISSED', ['reopen', OFFICER, { note: '' }], 'EVIDENCE_MISSING'],
  ])('%s: %o is refused as %s', (state, step, code) => {
    expect(refusal(AT[state], step)).toBe(code)
  })

  it('includes a basis and evidence that can be shown', () => {
    const bare = context({ alert: { ...context().alert, has_evidence: false } })
    expect(refusal(AT.FIRST_REVIEW, ['notify', INVESTIGATOR], bare)).toBe('EVIDENCE_MISSING')
  })

  it('is an article of fraud, or the amount, for a case', () => {
    const fraud = [{ law: '医疗保障基金使用监督管理条例', article: '40' }]
    const at = context({ alert: { ...context().alert, basis: fraud } })
    expect(apply(UNTOUCHED, ['file_case', OFFICER], at).state).toBe('CASE_FILED')
  })

  it('is a year at most, for a reopening', () => {
    expect(refusal(AT.DISMISSED, ['reopen', OFFICER], context({ at: MONDAY + 366 * DAY }))).toBe('REOPEN_TOO_LATE')
  })
})

describe('a panel', () => {
  it('decides with its third vote, by majority', () => {
    const split = walk(
      [
        ['vote', PANEL[0]!, { vote: 'uphold' }],
        ['vote', PANEL[1]!, { vote: 'dismiss' }],
      ],
      AT.PANEL,
    )
    expect(split.state).toBe('PANEL')
    expect(refusal(split, ['vote', PANEL[0]!])).toBe('VOTED_ALREADY')
    expect(apply(split, ['vote', PANEL[2]!, { vote: 'dismiss' }]).state).toBe('DISMISSED')
    expect(apply(split, ['vote', PANEL[2]!, { vote: 'uphold' }]).state).toBe('FINAL')
  })
})

describe('a filed case', () => {
  it('is disposed of when every step is recorded, in order', () => {
    const heard = walk(STEPS, AT.CASE_FILED)
    expect(apply(heard, ['dispose', OFFICER]).state).toBe('DISPOSING')
  })
})

describe('a disposal', () => {
  const disposed = (...measures: NonNullable<Given['measures']>) => apply(AT.CONFIRMED, ['dispose', OFFICER, { measures }])
  it.each([
    ['REFUSE', 'investigator'],
    ['RECOVER', 'investigator'],
    ['SUSPEND', 'investigator'],
    ['TERMINATE', 'investigator'],
    ['POINTS', 'investigator'],
    ['CREDIT', 'investigator'],
    ['RECTIFY', 'investigator'],
    ['INTERVIEW', 'officer'],
    ['PENALTY', 'officer'],
    ['SUSPEND_PSN', 'officer'],
    ['TRANSFER', 'another officer'],
  ] as const)('has %s executed by an %s', (code, who) => {
    const complete = { amount: 1, due: '2026-02-01', months: 3, multiple: 2, doctor: 'D1', points: 3 }
    const situation = disposed({ code, ...complete })
    const execute = (actor: Actor) =>
      refusal(situation, ['execute', actor, { measure_id: situation.measures[0]!.measure_id, amount: 1 }])
    expect([execute(INVESTIGATOR), execute(OFFICER), execute(OTHER_OFFICER)]).toEqual(
      {
        investigator: [undefined, undefined, undefined],
        officer: ['ACTOR_REFUSED', undefined, undefined],
        'another officer': ['ACTOR_REFUSED', 'FOUR_EYES', undefined],
      }[who],
    )
  })
  it('that went to the police ends there', () => {
    const situation = disposed({ code: 'TRANSFER' }, { code: 'RECOVER', amount: 100 })
    const [transfer, recover] = situation.measures
    const handed = apply(situation, ['execute', OTHER_OFFICER, { measure_id: transfer!.measure_id, amount: undefined }])
    expect(handed.state).toBe('DISPOSING')
    expect(apply(handed, ['execute', INVESTIGATOR, { measure_id: recover!.measure_id, amount: 100 }]).state).toBe('TRANSFERRED')
  })
  it('is closed with its last measure', () => {
    const two = disposed({ code: 'INTERVIEW' }, { code: 'RECOVER', amount: 100 })
    const one = apply(two, ['execute', OFFICER, { measure_id: two.measures[0]!.measure_id, amount: undefined }])
    expect(one.state).toBe('DISPOSING')
    expect(apply(one, ['execute', INVESTIGATOR, { measure_id: two.measures[1]!.measure_id, amount: 100 }]).state).toBe('CLOSED')
  })
})

describe('a retraction', () => {
  const retract = (state: keyof typeof AT) =>
    decide(AT[state], { action: 'retract', version: AT[state].version }, SYSTEM, context())
  it('voids what is not confirmed and releases its holds; the alert may come back', () => {
    const { situation, effects } = retract('SECOND_REVIEW')
    expect([situation.state, effects]).toEqual(['VOIDED', [{ kind: 'release_holds', reason: 'VOIDED' }]])
    expect(apply(situation, ['restore', SYSTEM])).toMatchObject({ state: 'NEW', earlier_reviewers: ['li'] })
  })
  it.each(['CONFIRMED', 'DISPOSING', 'CASE_FILED', 'CLOSED', 'TRANSFERRED'] as const)(
    'leaves %s as it is, flagged, with a task to correct the money',
    (state) => {
      const { situation, effects } = retract(state)
      expect(situation).toMatchObject({ state, ground_voided: true, version: AT[state].version + 1 })
      expect(effects).toEqual([{ kind: 'open_task', task: 'correct_money', text: '' }])
      expect(apply(situation, ['restore', SYSTEM])).toMatchObject({ state, ground_voided: false })
    },
  )
  it('does nothing to what was dismissed', () => {
    expect(refusal(AT.DISMISSED, ['retract', SYSTEM])).toBe('STATE_REFUSES')
  })
})

test('A dismissal because of the rule or its knowledge opens a task for the rule administrator', () => {
  for (const [reason, task] of [
    ['D01', 'tune_rule'],
    ['D02', 'amend_knowledge'],
  ] as const) {
    const command = { action: 'dismiss', reason, note: 'outdated', version: 2 } as const
    expect(decide(AT.FIRST_REVIEW, command, INVESTIGATOR, context()).effects).toContainEqual({
      kind: 'open_task',
      task,
      text: 'outdated',
    })
  }
})

test('Whatever anyone does, the version rises by one, terminal states stay, and nobody decides twice', () => {
  const people = [INVESTIGATOR, OTHER_INVESTIGATOR, REVIEWER, OFFICER, OTHER_OFFICER, INSTITUTION, ...PANEL, SYSTEM]
  const events: Event[] = [...ACTIONS, 'time_out', 'retract', 'restore']
  const step = fc.tuple(fc.constantFrom(...events), fc.constantFrom(...people), fc.nat(3 * CLAIM_LIFE))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let situation = UNTOUCHED
      let now = MONDAY
      for (const [event, actor, pause] of steps) {
        now += pause
        const before = situation
        try {
          situation = apply(before, [event, actor, event === 'execute' ? { measure_id: before.measures[0]?.measure_id } : {}], {
            ...anything,
            now,
          })
        } catch (error) {
          if (!(error instanceof Refused)) throw error
          continue
        }
        if (event !== 'note' && situation !== before) expect(situation.version).toBe(before.version + 1)
        if (['CLOSED', 'TRANSFERRED'].includes(before.state)) expect(situation.state).toBe(before.state)
        const deciders = [situation.first_reviewer, situation.second_reviewer, ...situation.votes.map((vote) => vote.person)]
        const named = [...deciders, ...situation.earlier_reviewers].filter((name) => name !== '')
        expect(new Set(named).size).toBe(named.length)
      }
    }),
  )
})
