import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { WorkerDecoder } from '../../../pipeline/engine/decoder.ts'
import { Lmdb } from '../../../pipeline/memory/lmdb.ts'
import { noteHearers, unheard } from '../../../pipeline/rebuild/hearers.ts'
import { giveUp, type RebuildOptions, rebuild, stateOfMemory } from '../../../pipeline/rebuild/rebuild.ts'
import { warmUp } from '../../../pipeline/rebuild/warm-up.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import type { Instant } from '../../../schemas/time.ts'
import { Progress } from '../output.ts'

/** How far a memory that is being made has come, for those who wait. */
export interface Restoring {
  readonly what: string
  readonly events: number
  readonly of: number
}

export interface RestoreOptions {
  /** Makes memory anew where it is lost; else that is an error, which says what to do. */
  readonly rebuilds: boolean
  /** Gives memory up first. */
  readonly afresh?: boolean
  /** Lets detectors hear what they have missed. */
  readonly warmsUp: boolean
  readonly mayLack?: boolean
  readonly raisesShadow?: boolean
  readonly onProgress?: (restoring: Restoring) => void
}

/** What a restart did before it went live. */
export interface Restored {
  readonly what: 'rebuilt' | 'warmed up'
  readonly detectors?: readonly string[]
  readonly batches: number
  readonly events: number
  readonly disagreed: number
  readonly alerts?: number
  readonly differing?: number
  readonly shadow_alerts?: number
  readonly seconds: number
}

/** One sentence for the log. */
export function describeRestored({ what, detectors, batches, events, seconds, disagreed, differing = 0 }: Restored): string {
  const who = detectors ? ` ${detectors.join(', ')}` : ' memory'
  const speed = Math.round(events / Math.max(seconds, 0.001))
  const doubts = disagreed + differing > 0 ? `; ${disagreed} events and ${differing} alerts are judged otherwise today` : ''
  return `${what}${who} from ${events} events of ${batches} batches in ${seconds} s (${speed} events/s)${doubts}`
}

type Given = Omit<RebuildOptions, 'decoder' | 'mayLack' | 'onProgress'> & {
  readonly directory: string
  readonly decodeWorkers: number
  readonly now: () => Instant
}

/**
 * Before a process goes live its memory must know the history of its store: made anew where the disk was lost, and completed
 * by what detectors have missed that are new here.
 */
export async function restore(given: Given, options: RestoreOptions): Promise<Restored[]> {
  const { memory, store, detectors } = given
  if (options.afresh) await giveUp(memory)
  const state = await stateOfMemory(memory, store)
  const done: Restored[] = []
  if (state === 'orphaned') throw orphaned()
  if (state === 'lost' || state === 'unfinished') {
    if (!options.rebuilds) throw lost(state)
    done.push(await withDecoder(given, 'memory is made anew from history', options, (more) => rebuild({ ...given, ...more })))
  }
  const missed = await unheard(memory, store, detectors)
  if (missed.length > 0 && options.warmsUp) {
    const ids = missed.map(({ id }) => id)
    const warmed = await withDecoder(given, `history is heard by ${ids.join(', ')}`, options, (more) =>
      onScratch(given.directory, (scratch) =>
        warmUp({ ...given, ...more, raisesShadow: options.raisesShadow, fresh: missed, scratch }),
      ),
    )
    done.push({ ...warmed, what: 'warmed up', detectors: ids })
    await noteHearers(memory, store, detectors, [])
  } else await noteHearers(memory, store, detectors, missed)
  return done
}

type Decoding = Pick<RebuildOptions, 'decoder' | 'mayLack' | 'onProgress'>
type Counts = Omit<Restored, 'what' | 'seconds'>

async function withDecoder(
  { identityKey, decodeWorkers }: Given,
  what: string,
  { mayLack, onProgress }: RestoreOptions,
  work: (more: Decoding) => Promise<Counts>,
): Promise<Restored> {
  const begun = performance.now()
  const progress = new Progress(`events: ${what}`)
  const decoder = new WorkerDecoder(identityKey, decodeWorkers, { withoutColumns: true })
  try {
    const onEvents = (events: number, of: number) => {
      progress.show(events, of)
      onProgress?.({ what, events, of })
    }
    const counts = await work({ decoder, mayLack, onProgress: onEvents })
    return { what: 'rebuilt', ...counts, seconds: Number(((performance.now() - begun) / 1_000).toFixed(3)) }
  } finally {
    progress.end()
    await decoder.close()
  }
}

/** A memory of its own for as long as the work takes. */
async function onScratch<T>(directory: string, work: (scratch: Lmdb) => Promise<T>): Promise<T> {
  const path = join(directory, 'memory.scratch')
  const remove = () => {
    for (const file of [path, `${path}-lock`]) rmSync(file, { force: true })
  }
  remove()
  const scratch = new Lmdb(path)
  try {
    return await work(scratch)
  } finally {
    await scratch.close()
    remove()
  }
}

function lost(state: 'lost' | 'unfinished'): FundwatchError {
  const what = state === 'lost' ? 'The store has a history of which memory knows nothing' : 'Memory is only half made'
  return new FundwatchError(
    'MEMORY_LOST',
    `${what}. Make it anew with: fundwatch rebuild (start and pipeline do so by themselves).`,
  )
}

function orphaned(): FundwatchError {
  return new FundwatchError(
    'STORE_LOST',
    'Memory knows a history of which the store has nothing. Put the store back; if it is lost for good, give memory up with: fundwatch rebuild --afresh, and send the events again.',
  )
}
