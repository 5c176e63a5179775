import type { Detector, HeardKind, Part } from '../../detectors/detector.ts'
import { type ParamValue, paramsAt } from '../../detectors/params.ts'
import type { Instant } from '../../schemas/time.ts'

/** One part of a detector as the shard runs it. */
export interface RunningPart {
  readonly index: number
  readonly detector: Detector
  // Parts differ in event, memory, evidence and parameters; the shard treats them all alike.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly part: Part<any, any, any, any>
  /** Name that is unique among all parts; enters the keys of memory with the version, so that a new version starts afresh. */
  readonly name: string
  /** The parameters where they are the same always and everywhere. */
  readonly fixed: unknown
  readonly paramsAt: (at: Instant, admdvs: string) => unknown
  /** Others may wait for what it tells at its appointed times, or it for them. A person's verdicts wait for nobody else's. */
  readonly isAwaited: boolean
}

const NOBODY: readonly RunningPart[] = []

/** Every part, and who listens to what. */
export class Parts {
  readonly all: readonly RunningPart[]
  readonly byName: ReadonlyMap<string, RunningPart>
  readonly #listeners = new Map<HeardKind, RunningPart[]>()
  readonly #hearing = new Map<string, readonly RunningPart[]>()

  constructor(detectors: readonly Detector[]) {
    this.all = detectors
      .flatMap((detector) => detector.parts.map((part) => [detector, part] as const))
      .map(([detector, part], index) => running(index, detector, part))
    this.byName = new Map(this.all.map((part) => [part.name, part]))
    for (const part of this.all) {
      for (const kind of part.part.on as HeardKind[]) {
        const listeners = this.#listeners.get(kind)
        if (listeners) listeners.push(part)
        else this.#listeners.set(kind, [part])
      }
    }
  }

  listeningTo(kind: HeardKind): readonly RunningPart[] {
    return this.#listeners.get(kind) ?? NOBODY
  }

  /** Who listens to what is told of a topic. */
  hearing(topic: string): readonly RunningPart[] {
    let hearing = this.#hearing.get(topic)
    if (!hearing) {
      hearing = this.listeningTo('told').filter(({ part }) => part.hears?.includes(topic) ?? true)
      this.#hearing.set(topic, hearing)
    }
    return hearing
  }
}

function running(index: number, detector: Detector, part: RunningPart['part']): RunningPart {
  const values = Object.values(detector.params) as readonly (readonly ParamValue<unknown>[])[]
  const constant = values.every((versions) => versions.length === 1 && !versions[0]!.since && !versions[0]!.admdvs)
  const fixed = constant ? paramsAt(detector.params, 0, '') : undefined
  return {
    index,
    detector,
    part: ofOneShape(part),
    fixed,
    name: `${detector.id}${part.name && `:${part.name}`}@${detector.version}`,
    paramsAt: (at, admdvs) => paramsAt(detector.params, at, admdvs),
    isAwaited: part.space !== 'person' && detector.parts.some(({ on }) => on.includes('told') || on.includes('finding')),
  }
}

/** A hundred parts are asked the same for every event: alike in shape, their answers are found without a search. */
function ofOneShape(part: RunningPart['part']): RunningPart['part'] {
  const { name, on, hears, space, root, key, memoryless, bucketsOf, concerns, owned, form, initial, onEvent, onVoid, onTime } =
    part
  return { name, on, hears, space, root, key, memoryless, bucketsOf, concerns, owned, form, initial, onEvent, onVoid, onTime }
}

/** It speaks in the screen and raises no alerts. */
export function isScreenOnly({ stages }: Detector): boolean {
  return stages.length === 1 && stages[0] === 'pre'
}
