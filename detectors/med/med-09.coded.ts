import type { Instant } from '../../schemas/time.ts'
import type { Context, Visit } from '../detector.ts'
import { byPrefix } from '../kit/care/by-prefix.ts'
import { supportIn, supportOf } from '../kit/care/diagnosis-support.ts'
import { isWestern } from '../kit/care/icd.ts'
import { mainDiagnosis } from '../kit/care/main-diagnosis.ts'
import { remembered } from '../kit/parts/remembered.ts'
import { groupOf, nextLower } from './med-09.group.ts'
import type { Coded, Complication, Params } from './med-09.terms.ts'
import { namesFoundIn, usualOf } from './med-09.usual-support.ts'

/** What speaks for a diagnosis: as its row says, else by the names that everybody knows; `null` where nobody can say. */
function expectedOf(
  diagnosis: string,
  at: Instant,
  visit: Visit,
  { params, reference }: Context<Params>,
): Complication['expected'] {
  const told = supportOf(diagnosis, at, visit, reference)
  if (told) return told
  const usual = usualOf(diagnosis, params.usual)
  return usual && namesFoundIn(visit, usual) ? [...usual.names, ...usual.classes] : null
}

/** All that the visit shows of what may be expected of it. */
function foundIn(visit: Visit, complications: readonly Complication[], { params }: Context<Params>): string[] {
  const usual = complications.flatMap(({ diagnosis }) => usualOf(diagnosis, params.usual) ?? [])
  return [...supportIn(visit), ...usual.flatMap((one) => namesFoundIn(visit, one) ?? [])]
}

function complicationsOf(visit: Visit, at: Instant, context: Context<Params>): Complication[] {
  const { params, reference } = context
  const main = mainDiagnosis(visit)
  const secondary = visit.diseinfo.filter(isWestern).filter(({ diag_code }) => diag_code !== main)
  return [...new Set(secondary.map(({ diag_code }) => diag_code))].flatMap((diagnosis) => {
    const rows = byPrefix(reference, 'code_cc', diagnosis, at, visit)
    const [row] = rows.map((known) => known.row).filter(({ excluded }) => !excluded?.some((prefix) => main.startsWith(prefix)))
    const level = row ? (row.severity ?? 'CC') : rows.length === 0 && usualOf(diagnosis, params.usual) ? 'MCC' : undefined
    return level ? [{ diagnosis, level, expected: expectedOf(diagnosis, at, visit, context) }] : []
  })
}

export function codedOf(visit: Visit, context: Context<Params>): Coded | 'REFERENCE_MISSING' | undefined {
  const { reference } = context
  const at = visit.begntime ?? visit.setl_time
  const mid = visit.mid_setl_flag === '1'
  const coded = mid ? undefined : groupOf(visit.drg_code, at, visit, reference)
  if (!mid && !coded) return 'REFERENCE_MISSING'
  const lower = coded && nextLower(coded, at, visit, reference)
  if (!mid && !lower) return undefined
  const complications = lower ? complicationsOf(visit, at, context) : []
  // Which diagnosis raised the group is not known.
  if (!mid && complications.length === 0) return 'REFERENCE_MISSING'
  const found = foundIn(visit, complications, context)
  return { mid, coded: coded ?? null, lower: lower ?? null, complications, found, ...remembered(visit) }
}
