import type { ReferenceRow } from '../../../schemas/reference.ts'

/** Whom an institution is compared with: the same kind, level and specialty. */
export function peerGroupOf({ kind, level, specialty }: ReferenceRow<'institution'>): string {
  return `${kind ?? ''}|${level ?? ''}|${specialty ?? ''}`
}
