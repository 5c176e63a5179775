import { client } from '../app/client.ts'
import { type Loaded, useLoad } from '../app/use-load.ts'

export interface Decided {
  readonly confirmed: number
  readonly dismissed: number
}

/** States that say: the alert was right. */
const RIGHT = 'CONFIRMED,DISPOSING,CLOSED,TRANSFERRED'
const WRONG = 'DISMISSED'

interface Groups {
  readonly rows: readonly { readonly key: string; readonly open: number }[]
}

async function countsOf(states: string): Promise<Map<string, number>> {
  const { rows } = await client.get<Groups>(`/alerts/groups?by=detector&state=${states}`)
  return new Map(rows.map(({ key, open }) => [key, open]))
}

async function read(): Promise<Map<string, Decided>> {
  const [right, wrong] = await Promise.all([countsOf(RIGHT), countsOf(WRONG)])
  const ids = new Set([...right.keys(), ...wrong.keys()])
  return new Map([...ids].map((id) => [id, { confirmed: right.get(id) ?? 0, dismissed: wrong.get(id) ?? 0 }]))
}

/** How many alerts of each detector people have confirmed and dismissed. */
export function usePrecisions(): Loaded<Map<string, Decided>> {
  return useLoad('precisions', read)
}

async function totalOf(detector: string, states: string): Promise<number> {
  const { total } = await client.get<{ total?: { value: number } }>(
    `/alerts?detector_id=${detector}&state=${states}&limit=1&total=true`,
  )
  return total?.value ?? 0
}

/** The same for one detector. */
export function usePrecision(detector: string): Loaded<Decided> {
  return useLoad(`precision ${detector}`, async () => {
    const [confirmed, dismissed] = await Promise.all([totalOf(detector, RIGHT), totalOf(detector, WRONG)])
    return { confirmed, dismissed }
  })
}
