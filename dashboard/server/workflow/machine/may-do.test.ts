import { expect, test } from 'vitest'
import { ACTIONS, CASE_STEPS } from '../../../../schemas/workflow.ts'
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
import { AT, anything, apply, CONFIRMED, type Given, refusal, STEPS, votes, walk } from '../testing/walks.ts'
import { mayDo } from './may-do.ts'
import type { Action, Actor, Situation } from './situation.ts'

const STRANGER = person('xu', ['regulator'])
const PEOPLE = [INVESTIGATOR, OTHER_INVESTIGATOR, REVIEWER, ...PANEL, OFFICER, OTHER_OFFICER, INSTITUTION, STRANGER]
const TWO_MEASURES: Given = { measures: [{ code: 'INTERVIEW' }, { code: 'TRANSFER' }] }

/** Where it is not only the state that decides what somebody may do. */
const STANDING: Readonly<Record<string, Situation>> = {
  ...AT,
  claimed: apply(AT.NEW, ['claim', INVESTIGATOR]),
  'claimed in review': apply(AT.FIRST_REVIEW, ['claim', INVESTIGATOR]),
  'one vote': apply(AT.PANEL, votes('uphold')[0]!),
  'review reopened': apply(AT.DISMISSED, ['reopen', OFFICER]),
  investigated: apply(AT.CASE_FILED, STEPS[0]!),
  'all steps': walk(STEPS, AT.CASE_FILED),
  'transfer asked for': apply(AT.CASE_FILED, ['transfer', OFFICER]),
  'measures of the bureau': walk([...CONFIRMED, ['dispose', OFFICER, TWO_MEASURES]]),
}

/** All that could be filled in. */
function givens(situation: Situation, action: Action, { name }: Actor): Given[] {
  if (action === 'execute') return situation.measures.map(({ measure_id }) => ({ measure_id, amount: 1 }))
  if (action === 'step') return CASE_STEPS.map((step) => ({ step }))
  if (action === 'assign') return [{ assignee: name }]
  return action === 'claim' ? [{ reason: 'on leave' }] : [{}]
}

test.each(Object.entries(STANDING))('%s: what is offered can be done, and nothing else', (_, situation) => {
  for (const actor of PEOPLE) {
    for (const action of ACTIONS.filter((one) => one !== 'undo')) {
      const can = givens(situation, action, actor).some((given) => !refusal(situation, [action, actor, given], anything))
      expect([actor.name, action, mayDo(situation, action, actor, anything) === null]).toEqual([actor.name, action, can])
    }
  }
})
