import type { Instant } from '../../../schemas/time.ts'
import type { Visit } from '../../detector.ts'
import { baseOf } from '../../item-code.ts'
import type { ReferenceView } from '../../reference.ts'
import { chargedLines } from '../bills/charged-lines.ts'
import { itemOf } from '../items/item-of.ts'
import { linesKnownTo } from '../items/known.ts'
import { byPrefix } from './by-prefix.ts'

/**
 * What the lines of a visit can speak for: codes of items that diagnoses name, with and without a local suffix, tags of
 * items (`#ct`) and charge types (`@04`), each once.
 */
export function supportIn(visit: Visit): string[] {
  const found = new Set<string>()
  for (const { med_list_codg } of chargedLines({ feedetail: linesKnownTo(visit, 'diag_support') })) {
    found.add(med_list_codg)
    const base = baseOf(med_list_codg)
    if (base !== undefined) found.add(base)
  }
  const lines = chargedLines(visit)
  for (let i = 0; i < lines.length; i++) {
    for (const tag of itemOf(visit, lines, i)?.tags ?? []) found.add(`#${tag}`)
    const type = lines[i]!.med_chrgitm_type
    if (type) found.add(`@${type}`)
  }
  return [...found].sort()
}

/** Of what a diagnosis leaves at least one thing behind, in the words of `supportIn`; `undefined` where no row says. */
export function supportOf(diagnosis: string, at: Instant, visit: Visit, reference: ReferenceView): string[] | undefined {
  const expected = byPrefix(reference, 'diag_support', diagnosis, at, visit).flatMap(({ row }) => [
    ...(row.any_of ?? []),
    ...(row.tags ?? []).map((tag) => `#${tag}`),
    ...(row.charge_types ?? []).map((type) => `@${type}`),
  ])
  return expected.length > 0 ? [...new Set(expected)] : undefined
}

export function isSupported(expected: readonly string[], found: ReadonlySet<string>): boolean {
  return expected.some((one) => found.has(one))
}
