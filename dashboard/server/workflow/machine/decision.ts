import type { Measure, Situation } from './situation.ts'

/** What must happen together with a change of the situation. */
export type Effect =
  | { readonly kind: 'release_holds'; readonly reason: string }
  | { readonly kind: 'open_task'; readonly task: 'correct_money' | 'tune_rule' | 'amend_knowledge'; readonly text: string }
  | { readonly kind: 'measure_executed'; readonly measure: Measure }

export interface Decision {
  readonly situation: Situation
  readonly effects: readonly Effect[]
}

/** What a person did within a state, and the system's own transition on top of it, where one follows. */
export interface Outcome extends Decision {
  readonly follows?: 'panel_dismiss' | 'panel_uphold' | 'close' | 'hand_over'
}
