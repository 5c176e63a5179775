import type { Instant } from '../../../schemas/time.ts'
import type { ReferenceView } from '../../reference.ts'

/** What people call an item; its code where no row knows it. */
export function itemName(code: string, at: Instant, reference: ReferenceView): string {
  return reference.find('item', code, at)?.row.name || code
}
