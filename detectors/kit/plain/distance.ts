import type { Instant } from '../../../schemas/time.ts'
import type { ReferenceView } from '../../reference.ts'

/** Degrees. */
export interface Point {
  readonly lon: number
  readonly lat: number
}

const EARTH_RADIUS_KM = 6371
const RADIANS = Math.PI / 180

/** Great-circle distance in kilometres (haversine). */
export function distanceKm(a: Point, b: Point): number {
  const [lat1, lat2] = [a.lat * RADIANS, b.lat * RADIANS]
  const sinLat = Math.sin((lat2 - lat1) / 2)
  const sinLon = Math.sin(((b.lon - a.lon) * RADIANS) / 2)
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(sinLat * sinLat + Math.cos(lat1) * Math.cos(lat2) * sinLon * sinLon))
}

/** Where the institution stands, if its row tells. */
export function pointOf(fixmedins_code: string, at: Instant, reference: ReferenceView): Point | undefined {
  const { lon, lat } = reference.find('institution', fixmedins_code, at)?.row ?? {}
  return typeof lon === 'number' && typeof lat === 'number' ? { lon, lat } : undefined
}
