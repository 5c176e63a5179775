import type { Detector, Space } from '../../detectors/detector.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Changes, KeyValue } from '../memory/key-value.ts'
import { Parts } from '../shard/parts.ts'
import { type IsOurs, transplant } from '../shard/records.ts'
import type { Timer } from '../shard/timers.ts'
import type { Replayed } from './hearing.ts'
import { type RebuildOptions, replayHistory } from './rebuild.ts'
import { raiseAsShadow } from './shadow-history.ts'

export interface WarmUpOptions extends RebuildOptions {
  /** Who has to hear history; `detectors` are all that run. */
  readonly fresh: readonly Detector[]
  /** A memory of its own, empty, that is thrown away afterwards. */
  readonly scratch: KeyValue
  /** The arrival clock. */
  readonly now: () => Instant
  /** Keeps what they would have raised as their shadow run; else it is left out. */
  readonly raisesShadow?: boolean
}

export interface WarmedUp extends Replayed {
  readonly shadow_alerts: number
}

const PAGE = 10_000

/**
 * Lets detectors hear the history that memory knows, and keeps what they remember of it; all other memory stays as it is.
 * What they would have raised then is left out: officers have decided without it. What still grows is raised anew when it
 * does. It may be repeated: who has heard all is noted afterwards.
 */
export async function warmUp(options: WarmUpOptions): Promise<WarmedUp> {
  const { memory, scratch, fresh, detectors } = options
  const until = Number(Buffer.from(memory.get('m|batch')!).toString())
  const replayed = await replayHistory({ ...options, memory: scratch, detectors: speakers(fresh, detectors) }, until)
  await adopt({ memory, scratch, fresh })
  const ids = new Set(fresh.map(({ id }) => id))
  const shadow_alerts = options.raisesShadow ? await raiseAsShadow(options, ids, options.now()) : 0
  return { ...replayed, shadow_alerts }
}

/** Who has to speak while these hear history: what others tell or find must be said again for those who listen to it. */
export function speakers(fresh: readonly Detector[], detectors: readonly Detector[]): readonly Detector[] {
  const hearsOthers = fresh.some(({ parts }) => parts.some(({ on }) => on.some((kind) => kind === 'told' || kind === 'finding')))
  return hearsOthers ? detectors : fresh
}

export interface Adoption {
  readonly memory: KeyValue
  /** Where they have heard history. */
  readonly scratch: KeyValue
  readonly fresh: readonly Detector[]
  /** Whose memory lies here; everybody's where absent. */
  readonly isOurs?: IsOurs
}

/** Makes what detectors remember elsewhere all that they remember here. It may be cut off, and done again. */
export async function adopt({ memory, scratch, fresh, isOurs = () => true }: Adoption): Promise<void> {
  const parts = new Map(new Parts(fresh).all.map(({ name, part }) => [name, part.space]))
  const ids = new Set(fresh.map(({ id }) => id))
  await commitInPages(memory, transplant(memory, scratch, { parts: new Set(parts.keys()), isOurs }))
  await commitInPages(memory, timersOf(memory, scratch, parts, isOurs))
  await commitInPages(memory, sayingsOf(scratch, ids))
}

/** Read before it is written: a page is what was found, and only then a change. */
async function commitInPages(memory: KeyValue, changes: Changes): Promise<void> {
  let page = new Map<string, Uint8Array | null>()
  for (const [key, value] of changes) {
    page.set(key, value)
    if (page.size < PAGE) continue
    await memory.commit(page)
    page = new Map()
  }
  await memory.commit(page)
}

function* timersOf(
  memory: KeyValue,
  scratch: KeyValue,
  parts: ReadonlyMap<string, Space>,
  isOurs: IsOurs,
): Generator<[string, Uint8Array | null]> {
  const isTheirs = (value: Uint8Array) => {
    const { part, place } = JSON.parse(Buffer.from(value).toString()) as Timer
    const space = parts.get(part)
    return space !== undefined && isOurs(space, place.root)
  }
  for (const [key, value] of memory.scan('t|')) if (isTheirs(value) && !scratch.get(key)) yield [key, null]
  for (const [key, value] of scratch.scan('t|')) if (isTheirs(value)) yield [key, Buffer.from(value)]
}

/** What they say holds, of findings that lie in no cell; where somebody else's root has said it, nobody here asks for it. */
function* sayingsOf(scratch: KeyValue, ids: ReadonlySet<string>): Generator<[string, Uint8Array]> {
  for (const [key, value] of scratch.scan('s|')) {
    const alert = scratch.get(`a|${key.slice('s|'.length)}`)
    const { detector_id } = JSON.parse(Buffer.from(alert!).toString()) as { detector_id: string }
    if (ids.has(detector_id)) yield [key, Buffer.from(value)]
  }
}
