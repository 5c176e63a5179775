import { Type } from 'typebox'
import { READERS } from '../access/caller.ts'
import type { App } from '../app.ts'
import type { Records } from '../ports.ts'
import { Problem } from '../problems.ts'
import { described, ListOf } from './described.ts'

const Detector = Type.Object(
  { id: Type.String(), version: Type.Integer() },
  { additionalProperties: true, description: 'titles, category, result, stages, basis, params with their source, example' },
)
const DetectorId = Type.Object({ id: Type.String({ pattern: '^[A-Za-z]{3}-\\d{2}$' }) })

const LATEST = "SELECT row FROM detector_catalogue FINAL WHERE {id:String} IN (id, '') ORDER BY id, version DESC LIMIT 1 BY id"

/** The catalogue that the pipeline publishes as rows: the latest version of each detector. */
export function catalogueRoutes(app: App, { records }: { records: Records }): void {
  async function latest(id: string): Promise<unknown[]> {
    const rows = await records.query<{ row: string }>(LATEST, { id })
    return rows.map(({ row }) => JSON.parse(row))
  }
  const access = [...READERS, 'sys_admin', 'wall'] as const

  app.get(
    '/detectors',
    { config: { access }, schema: described('detectors', 'All detectors', { answer: ListOf(Detector) }) },
    async () => ({ rows: await latest(''), next: null }),
  )

  app.get(
    '/detectors/:id',
    { config: { access }, schema: described('detectors', 'One detector', { params: DetectorId, answer: Detector }) },
    async ({ params }) => {
      const [detector] = await latest(params.id.toUpperCase())
      if (!detector) throw new Problem('DETECTOR_UNKNOWN')
      return detector
    },
  )
}
