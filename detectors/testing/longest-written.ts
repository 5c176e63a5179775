import type { Detector } from '../detector.ts'
import { type Given, run } from './scenario.ts'

/** Of all that a detector's parts write anew on hearing settlements, how long the longest is, in characters of JSON. */
export function longestWritten(detector: Detector, events: readonly Given[]): number {
  let longest = 0
  const parts = detector.parts.map((part): typeof part => ({
    ...part,
    onEvent(state, event, context) {
      const step = part.onEvent(state, event, context)
      if (event.kind === 'settlement' && step.state) longest = Math.max(longest, JSON.stringify(step.state).length)
      return step
    },
  }))
  run({ ...detector, parts }, events)
  return longest
}
