import type { Detector } from '../detectors/detector.ts'
import { formatInstant } from '../schemas/time.ts'
import type { Store } from './store/store.ts'

/** A detector as the catalogue shows it: everything but its code. */
export interface CatalogueRow extends Omit<Detector, 'parts' | 'explain'> {
  readonly example_sentence: { readonly zh: string; readonly en: string }
  readonly status: 'active' | 'shadow'
}

export function catalogueRow(detector: Detector, shadow: readonly string[] = []): CatalogueRow {
  const { parts: _, explain, ...told } = detector
  const example_sentence = { zh: explain(detector.example, 'zh'), en: explain(detector.example, 'en') }
  return { ...told, example_sentence, status: shadow.includes(detector.id) ? 'shadow' : 'active' }
}

/** Publishes the catalogue as rows, so that the dashboard shows detectors without importing them. */
export async function publishCatalogue(
  store: Store,
  detectors: readonly Detector[],
  shadow: readonly string[] = [],
): Promise<void> {
  const published_at = formatInstant(Date.now())
  const rows = detectors.map((detector) => {
    const row = catalogueRow(detector, shadow)
    return { id: row.id, version: row.version, row: JSON.stringify(row), published_at }
  })
  await store.insertRows('detector_catalogue', rows, { token: `catalogue:${published_at}` })
}
