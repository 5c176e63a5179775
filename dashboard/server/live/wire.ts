import { Compile } from 'typebox/compile'
import { type DownMessage, type Patch, UpMessage } from '../../../schemas/wire.ts'
import { type StandingChange, toldOf } from '../workflow/standings.ts'
import type { Entry } from './alert-log.ts'
import type { Portion } from './subscription.ts'

const upMessage = Compile(UpMessage)

/** Reads a frame of a client; undefined when it is none of the messages of the wire. */
export function readUp(text: string): UpMessage | undefined {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return undefined
  }
  return upMessage.Check(message) ? (message as UpMessage) : undefined
}

export function writeDown(message: DownMessage): string {
  return JSON.stringify(message)
}

export function patchOf({ row, left }: Pick<Entry, 'row' | 'left'>): Patch {
  const { alert_id, revision, seq, status, state, severity, vola_amt, count, event_time, detected_at, title, why } = row
  const { state_version, owner, due } = row
  const set = {
    seq,
    status,
    state,
    state_version,
    owner,
    due,
    severity,
    vola_amt,
    count,
    event_time,
    detected_at,
    title,
    why,
    ...left,
  }
  return { alert_id, revision, set }
}

function changeOf(change: StandingChange): Patch {
  const { alert_id, revision, case_id } = change
  return { alert_id, revision, set: { ...toldOf(change), case_id } }
}

/** A batch, put together from the rows' ready-made JSON. */
export function writeBatch(id: string, { from, to, sifted, changes }: Portion, hwm: number): string {
  const { alerts, patches, groups } = sifted
  const rows = alerts.map(({ json }) => json).join(',')
  const patched = JSON.stringify([...patches.map(patchOf), ...changes.map(changeOf)])
  return `{"type":"batch","id":${JSON.stringify(id)},"seq_from":${from},"seq_to":${to},"hwm":${hwm},"alerts":[${rows}],"patches":${patched},"groups":${JSON.stringify(groups)}}`
}
