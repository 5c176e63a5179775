import type { Finding, Heard, Step } from '../../detectors/detector.ts'
import { alertId } from '../shard/alerts.ts'
import { namedBucket } from '../shard/holdings.ts'
import type { RunningPart } from '../shard/parts.ts'
import type { Occasion } from '../shard/witness.ts'

/** What a step says of an alert: the finding that holds, `null` where none does any more, `undefined` where it is silent. */
export function saidOf({ detector, part }: RunningPart, step: Step<unknown>, alert: string): Finding | null | undefined {
  if (step.unchanged) return undefined
  const isMeant = ({ subject, bucket }: Pick<Finding, 'subject' | 'bucket'>) =>
    alertId(detector, { subject, bucket: part.memoryless ? bucket : namedBucket(part.name, bucket) }) === alert
  const touched = step.touched?.find(isMeant)
  if (touched) return touched.holds ?? null
  return step.holds && (step.holds.find(isMeant) ?? null)
}

/** Whose step it is: the cell of a part, or the settlement that a part without memory judges. */
export function cellOf({ running, heard, slot }: Occasion): string {
  return slot ? `${slot.drawer.key}|${slot.name}` : `${running.name}|${settlementOf(heard)}`
}

function settlementOf(heard: Heard | undefined): string {
  return heard?.kind === 'settlement' ? heard.setl_id : ''
}
