import type { ToldStep } from '../../../pipeline/explain/teller.ts'
import type { Alert } from '../../../schemas/alert.ts'
import { formatYuan, yuan } from '../../../schemas/money.ts'
import { formatInstant } from '../../../schemas/time.ts'

/** How much of a long memory is shown before what has changed in it. */
const LEAD = 24

/**
 * A step for people: when, what was heard, the memory before and after, and what became of the alert.
 * @param width of the longest line
 */
export function linesOfStep(
  { at, part, heard, back, skipped, wakeAt, became, vola_amt, ...memory }: ToldStep,
  width: number,
): string[] {
  const { kind, ...identity } = heard
  const named = Object.entries(identity).map(([name, value]) => `${name}=${value}`)
  const what = [...(back ? ['taken back:'] : []), kind, ...named].join(' ')
  const amount = vola_amt === undefined ? '' : `, ${formatYuan(vola_amt)} yuan`
  return [
    `${formatInstant(at)}  ${part}  ${what}`,
    ...linesOfMemory(memory, width - '  before  '.length),
    ...(wakeAt === undefined ? [] : [`  waits   until ${formatInstant(wakeAt)}`]),
    ...(skipped === undefined ? [] : [`  skipped ${skipped}`]),
    `  alert   ${became}${amount}`,
  ]
}

/** Both are shown from where they begin to differ, if they are too long to be shown whole. */
function linesOfMemory({ before, after }: Pick<ToldStep, 'before' | 'after'>, room: number): string[] {
  if (before === NONE && after === NONE) return []
  const isLong = Math.max(before.length, after.length) > room
  const from = isLong && before !== after ? Math.max(0, firstDifference(before, after) - LEAD) : 0
  const shown = (memory: string) => {
    if (memory === NONE) return 'nothing'
    const text = from > 0 ? `…${memory.slice(from)}` : memory
    return text.length > room ? `${text.slice(0, room - 1)}…` : text
  }
  return [`  before  ${shown(before)}`, `  after   ${after === before ? 'the same' : shown(after)}`]
}

const NONE = 'null'

function firstDifference(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return at
}

/** A step for machines, with all of its memory. */
export function rowOfStep({ before, after, at, wakeAt, vola_amt, ...step }: ToldStep): object {
  return {
    at: formatInstant(at),
    ...step,
    ...(vola_amt !== undefined && { vola_amt: yuan(vola_amt) }),
    ...(wakeAt !== undefined && { waits_until: formatInstant(wakeAt) }),
    before: JSON.parse(before),
    after: JSON.parse(after),
  }
}

/** The alert as it stands in the end. */
export function linesOfAlert(alert: Alert): string[] {
  const { status, retract_reason, revision, vola_amt, disposition, silence_reason, explanation, evidence } = alert
  const silent = disposition === 'alert' ? '' : `, ${[disposition, silence_reason].filter(Boolean).join(' ')}`
  const reason = retract_reason ? ` (${retract_reason})` : ''
  return [
    `${alert.detector_id} ${alert.title} ${alert.subject_type} ${alert.subject_id} ${alert.bucket}`.trimEnd(),
    `  ${status}${reason}${silent}, revision ${revision}, ${vola_amt} yuan`,
    `  ${explanation.zh}`,
    `  ${explanation.en}`,
    `  ${JSON.stringify(evidence)}`,
  ]
}
