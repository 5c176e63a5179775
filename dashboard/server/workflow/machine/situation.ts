import type { STATES } from '../../../../schemas/alert.ts'
import type { Fen } from '../../../../schemas/money.ts'
import type { Instant } from '../../../../schemas/time.ts'
import type { ACTIONS, AlertAction, CASE_STEPS, MeasureOrder } from '../../../../schemas/workflow.ts'

export type State = (typeof STATES)[number]
export type Action = (typeof ACTIONS)[number]
export type CaseStep = (typeof CASE_STEPS)[number]

/** What happens without a person's doing. */
export type SystemEvent =
  | 'auto_refuse'
  | 'time_out'
  | 'retract'
  | 'restore'
  | 'panel_dismiss'
  | 'panel_uphold'
  | 'close'
  | 'hand_over'
export type Event = Action | SystemEvent

export interface Measure extends Omit<MeasureOrder, 'amount'> {
  readonly measure_id: string
  readonly amount?: Fen
  readonly ordered_by: string
  readonly ordered: Instant
  readonly executed: Instant | null
  readonly executed_by: string
  readonly executed_amount: Fen | null
}

/** All that the workflow knows of one alert. Plain data: it is stored as it stands here. */
export interface Situation {
  readonly state: State
  /** Raised by every action but a note; never by the pipeline's folding. */
  readonly version: number
  readonly assignee: string
  /** A lease: it runs out by itself. */
  readonly claim: { readonly by: string; readonly until: Instant } | null
  readonly entered: Instant | null
  readonly due: Instant | null
  /** What happens when `due` has passed; nothing where the timer only warns. */
  readonly on_due: 'time_out' | ''
  readonly first_reviewer: string
  readonly second_reviewer: string
  /** Everyone who has decided it in an earlier round: nobody reviews the same item twice. */
  readonly earlier_reviewers: readonly string[]
  readonly votes: readonly { readonly person: string; readonly vote: 'dismiss' | 'uphold'; readonly at: Instant }[]
  readonly recused: readonly string[]
  readonly steps: readonly { readonly step: CaseStep; readonly by: string; readonly at: Instant; readonly note: string }[]
  readonly measures: readonly Measure[]
  readonly notified_amount: Fen | null
  readonly dismissed: Instant | null
  readonly ground_voided: boolean
  /** An action that a second person must take as well. */
  readonly pending: { readonly action: Action; readonly by: string; readonly at: Instant } | null
  readonly last: { readonly actor: string; readonly action: Event; readonly at: Instant } | null
}

/** Where every alert begins. */
export const UNTOUCHED: Situation = {
  state: 'NEW',
  version: 1,
  assignee: '',
  claim: null,
  entered: null,
  due: null,
  on_due: '',
  first_reviewer: '',
  second_reviewer: '',
  earlier_reviewers: [],
  votes: [],
  recused: [],
  steps: [],
  measures: [],
  notified_amount: null,
  dismissed: null,
  ground_voided: false,
  pending: null,
  last: null,
}

/** Who acts. */
export interface Actor {
  readonly name: string
  readonly roles: readonly string[]
  /** Institutions whose items the person does not decide. */
  readonly recusals: readonly string[]
}
export const SYSTEM: Actor = { name: 'system', roles: ['system'], recusals: [] }

/** What is done: an action as it was sent, its amounts in fen. */
export type Command = Omit<AlertAction, 'action' | 'amount' | 'measures'> & {
  readonly action: Event
  readonly amount?: Fen
  readonly measures?: readonly (Omit<MeasureOrder, 'amount'> & { readonly amount?: Fen })[]
}

/** The world as the machine sees it when something happens. */
export interface Context {
  readonly now: Instant
  /** The end of the n-th working day after today. */
  readonly afterWorkdays: (n: number) => Instant
  readonly alert: {
    readonly fixmedins_code: string
    readonly result_type: string
    readonly vola_amt: Fen
    readonly basis: readonly { readonly law: string; readonly article: string }[]
    /** Lines, evidence or attachments that can be shown to the institution. */
    readonly has_evidence: boolean
    /** Whether it is about somebody in particular. */
    readonly has_person: boolean
  }
  /** The detectors whose definite findings are refused without a first review. */
  readonly auto_refuse: boolean
  /** From this amount on a case may be filed. */
  readonly criminal_threshold: Fen
  readonly new_id: () => string
}

/** Who answers for the alert now: the holder of a live claim, else the assignee. */
export function ownerOf({ claim, assignee }: Situation, now: Instant): string {
  return claim && claim.until > now ? claim.by : assignee
}
