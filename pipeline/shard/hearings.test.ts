import { expect, test } from 'vitest'
import type { Detector } from '../../detectors/detector.ts'
import { settlement, voidOf } from '../../detectors/testing/events.ts'
import { accusingEach, accusingPersons } from '../testing/plain-detector.ts'
import { runShard } from '../testing/shard-run.ts'

/** The same, but it also hears what others tell, and so is called event by event. */
function hearingOthers(detector: Detector): Detector {
  return { ...detector, parts: detector.parts.map((part) => ({ ...part, on: [...part.on, 'told'] })) }
}

const lines = ['S1', 'S2', 'S3'].map((setl_id, n) =>
  JSON.stringify(settlement({ setl_id, psn_no: 'P1', setl_time: `2026-03-0${n + 1} 10:00:00` })),
)

test('Of one event detectors speak in their own order, called for many events at once or for each', async () => {
  const detectors = [
    accusingEach('AA-01'),
    hearingOthers(accusingEach('AA-02')),
    accusingPersons('AA-03', 2),
    accusingEach('AA-04'),
  ]
  const said = [
    ...['S1 AA-01', 'S1 AA-02', 'S1 AA-04'],
    ...['S2 AA-01', 'S2 AA-02', 'S2 AA-03', 'S2 AA-04'],
    // A new bucket opens before the old one, of the second settlement, is retracted.
    ...['S3 AA-01', 'S3 AA-02', 'S3 AA-03', 'S2 AA-03', 'S3 AA-04'],
  ]
  for (const batch of [1, 2, 100]) {
    const { revisions } = await runShard(detectors, lines, { batch })
    expect(revisions.map(({ setl_ids, detector_id }) => `${setl_ids.at(-1)} ${detector_id}`)).toEqual(said)
    expect(revisions.map(({ seq }) => seq)).toEqual(said.map((_, n) => n + 1))
  }
})

test('What is told for a void retracts as the void itself', async () => {
  const [plain] = accusingPersons('AA-01', 1).parts
  const counting = (back: object): Detector => ({
    ...accusingPersons('AA-01', 1),
    parts: [
      {
        ...plain!,
        hears: ['AA-01/back'],
        on: ['settlement', 'told'],
        root: (event) => event.psn_no ?? event.of,
        onVoid: undefined,
        onEvent: (state, event, context) =>
          event.kind === 'told' ? { state: undefined, holds: [] } : plain!.onEvent(state, event, context),
      },
      {
        ...{ name: 'BACK', on: ['settlement'], space: 'person', memoryless: false, initial: () => 0, key: () => '' },
        root: ({ psn_no }: { psn_no: string }) => psn_no,
        onEvent: () => ({ state: 1 }),
        onVoid: (_: number, { psn_no: of }: { psn_no: string }, { at }) => {
          const told = { kind: 'told', topic: 'AA-01/back', of, period: '', at, admdvs: '', values: null } as const
          return { state: undefined, tells: [{ ...told, ...back }] }
        },
      },
    ],
  })
  const sold = settlement({ setl_id: 'S1', psn_no: 'P1', setl_time: '2026-03-01 10:00:00' })
  const events = [sold, voidOf(sold, '2026-03-01 11:00:00')].map((event) => JSON.stringify(event))
  const reasonOf = async (back: object) =>
    [...(await runShard([counting(back)], events)).alerts.values()].map((alert) => alert.retract_reason)
  expect(await reasonOf({ back: true })).toEqual(['VOIDED'])
  expect(await reasonOf({})).toEqual(['REVISED'])
})
