import { useState } from 'react'
import type { ActionDone, Current, Work } from '../../../schemas/workflow.ts'
import type { WholeAlert } from '../alert/whole-alert.ts'
import { client, codeOf, Refused } from '../app/client.ts'
import { useKeys } from '../app/keys.ts'
import { useWords } from '../app/language.tsx'
import { Menu } from '../parts/menu.tsx'
import { useRefusalText } from '../parts/refusal.ts'
import { ActionDialog } from './action-dialog.tsx'
import { ACTION_ORDER, ACTIONS_SHOWN, type Action, type ActionOrder, FORMS } from './action-forms.ts'
import { ConflictDialog } from './conflict-dialog.tsx'
import { UndoBar } from './undo-bar.tsx'

interface ActionBarProps {
  readonly alert: WholeAlert
  readonly work: Work
  readonly onChanged: () => void
}

interface Conflict {
  readonly order: ActionOrder
  readonly code: string
  readonly current: Current
}

function conflictOf(order: ActionOrder, error: unknown): Conflict | undefined {
  if (!(error instanceof Refused) || error.status !== 409 || !error.problem.current) return undefined
  return { order, code: error.code, current: error.problem.current as Current }
}

/** Each reason once, with all that it keeps one from. */
function byRefusal(refused: Work['actions']): ReadonlyMap<string, readonly Action[]> {
  const actions = new Map<string, Action[]>()
  for (const { action, refusal } of refused) actions.set(refusal!, [...(actions.get(refusal!) ?? []), action])
  return actions
}

/** Whether there is anything that the action would act on: holds to answer for, money to hold. */
function hasObject(action: Action, { vola_amt }: WholeAlert, { holds }: Work): boolean {
  const active = holds.filter(({ state }) => state === 'REQUESTED' || state === 'HELD')
  if (action === 'release_hold') return active.length > 0
  if (action === 'confirm_hold') return active.some(({ state, confirmed_by }) => state === 'REQUESTED' || confirmed_by === '')
  return action !== 'hold' || vola_amt > 0
}

/** What the person may do with the item now; what they may not says why. */
export function ActionBar({ alert, work: one, onChanged }: ActionBarProps) {
  const { work, common } = useWords()
  const refusalText = useRefusalText()
  const [asked, setAsked] = useState<Action>()
  const [conflict, setConflict] = useState<Conflict>()
  const [said, setSaid] = useState('')
  const [busy, setBusy] = useState(false)

  /** True when it was done, or when somebody was faster and that is being shown. */
  const act = async (order: ActionOrder, version = one.state_version): Promise<unknown> => {
    setBusy(true)
    setSaid('')
    try {
      const done = await client.post<ActionDone>(`/alerts/${alert.alert_id}/actions`, { ...order, version })
      setSaid(done.pending ? work.pending_second : work.done(work.actions[order.action] ?? order.action))
      setAsked(undefined)
      setConflict(undefined)
      onChanged()
      return undefined
    } catch (error) {
      const faster = conflictOf(order, error)
      if (!faster) return error
      setAsked(undefined)
      setConflict(faster)
      onChanged()
      return undefined
    } finally {
      setBusy(false)
    }
  }
  const begin = (action: Action) => {
    if (FORMS[action]) setAsked(action)
    else
      void act({ action }).then((error) => {
        if (error) setSaid(refusalText(codeOf(error)))
      })
  }

  const byOrder = (a: Action, b: Action) => ACTION_ORDER.indexOf(a) - ACTION_ORDER.indexOf(b)
  const known = one.actions.filter(({ action }) => ACTION_ORDER.includes(action) && hasObject(action, alert, one))
  const allowed = known
    .filter(({ refusal }) => refusal === null)
    .map(({ action }) => action)
    .sort(byOrder)
  const refused = known.filter(({ refusal }) => refusal !== null && refusal !== 'STATE_REFUSES' && refusal !== 'ACTOR_REFUSED')
  const byKey = (action: Action) => () => {
    const rule = one.actions.find((offered) => offered.action === action)
    if (rule?.refusal === null) begin(action)
    else if (rule?.refusal) setSaid(`${work.actions[action]}: ${refusalText(rule.refusal)}`)
  }
  const undo = () => one.undo && void act({ action: 'undo' })
  useKeys({ a: byKey('assign'), c: byKey('claim'), u: byKey('release'), d: byKey('dismiss'), h: byKey('hold'), z: undo })

  const button = (action: Action, className: string) => (
    <button
      key={action}
      type="button"
      className={className}
      disabled={busy}
      data-testid={`act-${action}`}
      onClick={() => begin(action)}
    >
      {work.actions[action]}
    </button>
  )
  return (
    <div className="action-bar">
      {allowed.length === 0 && <p className="quiet">{work.nothing_to_do}</p>}
      <div className="actions">
        {allowed.slice(0, ACTIONS_SHOWN).map((action, index) => button(action, index === 0 ? 'button primary' : 'button'))}
        {allowed.length > ACTIONS_SHOWN && (
          <Menu label={work.more_actions} testId="more-actions" align="right">
            <div className="stack">{allowed.slice(ACTIONS_SHOWN).map((action) => button(action, 'button'))}</div>
          </Menu>
        )}
      </div>
      {refused.length > 0 && (
        <ul className="refused" data-testid="refused">
          {[...byRefusal(refused)].map(([refusal, actions]) => (
            <li key={refusal}>
              {actions.map((action, index) => (
                <strong key={action} data-testid={`refused-${action}`}>
                  {index > 0 && common.and}
                  {work.actions[action]}
                </strong>
              ))}{' '}
              {refusalText(refusal)}
            </li>
          ))}
        </ul>
      )}
      <p role="status" className="said" data-testid="said">
        {said}
      </p>
      {one.undo && <UndoBar until={one.undo.until} onUndo={undo} />}
      {asked && <ActionDialog action={asked} alert={alert} work={one} onAct={act} onClose={() => setAsked(undefined)} />}
      {conflict && (
        <ConflictDialog
          {...conflict}
          before={alert}
          onRepeat={() => act(conflict.order, conflict.current.state_version)}
          onClose={() => setConflict(undefined)}
        />
      )}
    </div>
  )
}
