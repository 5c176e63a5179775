import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { DAY, formatInstant } from '../../../../schemas/time.ts'
import { ACTIONS } from '../../../../schemas/workflow.ts'
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
import { AT, anything, apply, context, type Given, MONDAY, refusal, STEPS, type Step, walk } from '../testing/walks.ts'
import { CLAIM_LIFE } from './claim.ts'
import { decide } from './decide.ts'
import { Refused } from './refused.ts'
import { type Actor, type Event, ownerOf, type Situation, SYSTEM, UNTOUCHED } from './situation.ts'

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
