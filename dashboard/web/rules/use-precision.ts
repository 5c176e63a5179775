import { client } from '../app/client.ts'
import { type Loaded, useLoad } from '../app/use-load.ts'

export interface Decided {
  readonly confirmed: number
  readonly dismissed: number
}

/** States that say: the alert was right. */
const RIGHT = 'CONFIRMED,DISPOSING,CLOSED,TRANSFERRED'

async function countOf(detectorId: string, states: string): Promise<number> {
  const { total } = await client.get<{ total?: { value: number } }>(
    `/alerts?detector_id=${detectorId}&state=${states}&limit=1&total=true`,
  )
  return total?.value ?? 0
}

/** How many alerts of a detector people have confirmed and dismissed. */
export function usePrecision(detectorId: string): Loaded<Decided> {
  return useLoad(`precision ${detectorId}`, async () => {
    const [confirmed, dismissed] = await Promise.all([countOf(detectorId, RIGHT), countOf(detectorId, 'DISMISSED')])
    return { confirmed, dismissed }
  })
}
