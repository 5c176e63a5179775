import type { Detector } from '../../detectors/detector.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Changes, KeyValue } from '../memory/key-value.ts'
import { Parts } from '../shard/parts.ts'
import { transplant } from '../shard/records.ts'
import { type RebuildOptions, type Replayed, replayHistory } from './rebuild.ts'
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
  // What others tell or find must be said again for those who listen to it.
  const hearsOthers = fresh.some(({ parts }) => parts.some(({ on }) => on.some((kind) => kind === 'told' || kind === 'finding')))
  const replayed = await replayHistory({ ...options, memory: scratch, detectors: hearsOthers ? detectors : fresh }, until)
  const names = new Set(new Parts(fresh).all.map(({ name }) => name))
  const ids = new Set(fresh.map(({ id }) => id))
  await commitInPages(memory, transplant(memory, scratch, names))
  await commitInPages(memory, timersOf(memory, scratch, names))
  await commitInPages(memory, sayingsOf(scratch, ids))
  const shadow_alerts = options.raisesShadow ? await raiseAsShadow(options, ids, options.now()) : 0
  return { ...replayed, shadow_alerts }
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

function* timersOf(memory: KeyValue, scratch: KeyValue, names: ReadonlySet<string>): Generator<[string, Uint8Array | null]> {
  const isTheirs = (value: Uint8Array) => names.has((JSON.parse(Buffer.from(value).toString()) as { part: string }).part)
  for (const [key, value] of memory.scan('t|')) if (isTheirs(value) && !scratch.get(key)) yield [key, null]
  for (const [key, value] of scratch.scan('t|')) if (isTheirs(value)) yield [key, Buffer.from(value)]
}

/** What they say holds, of findings that lie in no cell. */
function* sayingsOf(scratch: KeyValue, ids: ReadonlySet<string>): Generator<[string, Uint8Array]> {
  for (const [key, value] of scratch.scan('s|')) {
    const alert = scratch.get(`a|${key.slice('s|'.length)}`)
    const { detector_id } = JSON.parse(Buffer.from(alert!).toString()) as { detector_id: string }
    if (ids.has(detector_id)) yield [key, Buffer.from(value)]
  }
}
