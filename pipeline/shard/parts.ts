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
  /** It hears what others say, and so must be asked after them, event by event. */
  readonly hearsOthers: boolean
  /** Parts that listen to the same kinds are of one group. */
  readonly group: number
}

const NOBODY: readonly RunningPart[] = []
const NO_GROUPS: readonly number[] = []

/** Every part, and who listens to what. */
export class Parts {
  readonly all: readonly RunningPart[]
  readonly byName: ReadonlyMap<string, RunningPart>
  /** The same without their versions. */
  readonly #byPlainName: ReadonlyMap<string, RunningPart>
  /** Those that hear events only: what one says is nothing to the others. */
  readonly early: readonly RunningPart[]
  /** How many groups there are. */
  readonly groups: number
  readonly #listeners = new Map<HeardKind, RunningPart[]>()
  readonly #late = new Map<HeardKind, RunningPart[]>()
  readonly #groups = new Map<HeardKind, number[]>()
  readonly #hearing = new Map<string, readonly RunningPart[]>()

  constructor(detectors: readonly Detector[]) {
    const groups = new Map<string, number>()
    const groupOf = (kinds: readonly HeardKind[]) => {
      const name = [...kinds].sort().join()
      const group = groups.get(name) ?? groups.size
      groups.set(name, group)
      return group
    }
    this.all = detectors
      .flatMap((detector) => detector.parts.map((part) => [detector, part] as const))
      .map(([detector, part], index) => running(index, groupOf(part.on as readonly HeardKind[]), detector, part))
    this.early = this.all.filter(({ hearsOthers }) => !hearsOthers)
    this.groups = groups.size
    for (const [name, group] of groups) for (const kind of name.split(',') as HeardKind[]) put(this.#groups, kind, group)
    this.byName = new Map(this.all.map((part) => [part.name, part]))
    this.#byPlainName = new Map(this.all.map((part) => [plain(part.name), part]))
    for (const part of this.all) {
      for (const kind of part.part.on as HeardKind[]) {
        put(this.#listeners, kind, part)
        if (part.hearsOthers) put(this.#late, kind, part)
      }
    }
  }

  /** The part that another version calls so. */
  ofAnyVersion(name: string): RunningPart | undefined {
    return this.#byPlainName.get(plain(name))
  }

  listeningTo(kind: HeardKind): readonly RunningPart[] {
    return this.#listeners.get(kind) ?? NOBODY
  }

  /** Those of them that also hear what others say. */
  lateListeners(kind: HeardKind): readonly RunningPart[] {
    return this.#late.get(kind) ?? NOBODY
  }

  /** The groups that listen to a kind. */
  groupsHearing(kind: HeardKind): readonly number[] {
    return this.#groups.get(kind) ?? NO_GROUPS
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

function plain(name: string): string {
  return name.slice(0, name.lastIndexOf('@'))
}

function put<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

function running(index: number, group: number, detector: Detector, part: RunningPart['part']): RunningPart {
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
    isAwaited: part.space !== 'person' && detector.parts.some(hearsOthers),
    hearsOthers: hearsOthers(part),
    group,
  }
}

function hearsOthers({ on }: RunningPart['part']): boolean {
  return on.includes('told') || on.includes('finding')
}

/** Every property of a part, absent ones too: none may be forgotten. */
type OneShape = { readonly [K in keyof Required<RunningPart['part']>]: RunningPart['part'][K] }

/** A hundred parts are asked the same for every event: alike in shape, their answers are found without a search. */
function ofOneShape(part: RunningPart['part']): OneShape {
  const { name, on, hears, space, root, key, memoryless, reads, bucketsOf, concerns, owned, form } = part
  const { initial, onEvent, onVoid, onTime } = part
  const told = { name, on, hears, space, root, key, memoryless, reads, bucketsOf, concerns, owned, form }
  return { ...told, initial, onEvent, onVoid, onTime }
}

/** It speaks in the screen and raises no alerts. */
export function isScreenOnly({ stages }: Detector): boolean {
  return stages.length === 1 && stages[0] === 'pre'
}
