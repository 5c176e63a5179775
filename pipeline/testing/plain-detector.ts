import { type Detector, defineDetector, type Finding, type Visit } from '../../detectors/detector.ts'
import { onSettlement, violating } from '../../detectors/kit/bills/finding.ts'
import { remembered, restingOn } from '../../detectors/kit/parts/remembered.ts'
import { windowRule } from '../../detectors/kit/parts/window.ts'
import type { Discharge } from '../../schemas/events.ts'
import { DAY } from '../../schemas/time.ts'

type Told = Partial<Pick<Finding, 'severity' | 'result' | 'vola_amt'>>

/** A detector for tests of what comes after judging: it finds every settlement of every person, under the given id. */
export function accusingEach(id: string, told: Told = {}): Detector {
  return defineDetector<object, object>({
    ...described(id, told),
    parts: [
      {
        ...{ name: '', on: ['settlement'], space: 'person', memoryless: true, initial: () => undefined, key: () => '' },
        root: ({ psn_no }: Visit) => psn_no,
        onEvent(_: undefined, visit: Visit) {
          const lines = visit.feedetail.map((line) => violating(visit.setl_id, line, line.det_item_fee_sumamt))
          const said = { result: 'suspicion', severity: 2, lines, evidence: {}, ...told } as const
          return { state: undefined, holds: [onSettlement(visit, said)] }
        },
      },
    ],
  })
}

/** The same for all settlements of a person together, once there are so many; the bucket is the latest visit. */
export function accusingPersons(id: string, least: number, told: Told = {}): Detector {
  return defineDetector<object, object>({
    ...described(id, told),
    parts: [
      windowRule({
        ...{ on: ['settlement', 'discharge'], space: 'person', keep: 400 * DAY },
        root: ({ psn_no }) => psn_no,
        remember(event: Visit | Discharge) {
          const { mdtrt_id, fixmedins_code } = event
          if (event.kind === 'settlement') return { mdtrt_id, settled: true, ...remembered(event) }
          const [id, at] = [`discharge ${mdtrt_id}`, event.endtime]
          return { mdtrt_id, settled: false, id, at, fixmedins_code, admdvs: '', insu_admdvs: '' }
        },
        judge(words, { root }) {
          const entries = words.filter(({ settled }) => settled)
          if (entries.length < least) return { holds: [] }
          const said = { result: 'suspicion', severity: 2, vola_amt: 0, lines: [], evidence: {}, ...told } as const
          const subject = { type: 'person', id: root } as const
          return { holds: [{ subject, bucket: entries.at(-1)!.mdtrt_id, ...restingOn(root, entries), ...said }] }
        },
      }),
    ],
  })
}

function described(id: string, { result = 'suspicion' }: Told): Omit<Detector<object, object>, 'parts'> {
  return {
    ...{ id, version: 1, title: { zh: id, en: id }, category: 'MGT', result, behaviour: 'x', params: {}, example: {} },
    basis: [{ law: 'x', article: '1' }],
    stages: ['mid'],
    explain: () => `${id} says what it says.`,
  }
}
