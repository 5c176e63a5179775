import type { Finding } from '../../detectors/detector.ts'
import { isCycle } from '../../detectors/kit/care/cycle.ts'
import { type Ground, TRAIT } from './traits.ts'

/** Why a match that would be an alert anywhere else is none here. */
export type SuppressionReason =
  | 'CHEMO_RADIOTHERAPY'
  | 'DIALYSIS'
  | 'TRANSFER_OR_PLANNED'
  | 'NEWBORN_WITH_MOTHER'
  | 'SPECIAL_CASE'
  | 'EMERGENCY'

/** What is known of a finding's surroundings. */
export interface Circumstances {
  /** The settlements that the finding names; `undefined` for ordinary ones. */
  readonly grounds: readonly (Ground | undefined)[]
  /** The bureau has declared an emergency for the day and place. */
  readonly emergency: boolean
}

/**
 * Which detectors each reason silences (detectors 2.4). MGT-08 and ANO-01 judge transfers and newborns themselves, as their
 * cards say, within limits that a general rule would undo; what they still find is not explained by them.
 */
export const SILENCES: Readonly<Record<SuppressionReason, readonly string[]>> = {
  CHEMO_RADIOTHERAPY: ['MGT-05', 'MGT-09', 'MGT-11', 'MGT-25', 'FND-03'],
  DIALYSIS: ['MGT-09', 'MGT-11', 'ANO-08', 'ANO-16', 'FND-03'],
  TRANSFER_OR_PLANNED: ['MGT-05', 'MGT-25'],
  NEWBORN_WITH_MOTHER: ['MGT-13'],
  SPECIAL_CASE: ['MED-07', 'MED-09', 'FND-07'],
  EMERGENCY: ['ANO-07', 'ANO-13'],
}

const REASONS = Object.keys(SILENCES) as SuppressionReason[]
const SUPPRESSIBLE = new Set(Object.values(SILENCES).flat())

export function isSuppressible(detector_id: string): boolean {
  return SUPPRESSIBLE.has(detector_id)
}

/** The first reason that explains the finding away; a pure function of the finding and what it rests on. */
export function suppressionOf(
  detector_id: string,
  finding: Pick<Finding, 'bucket'>,
  circumstances: Circumstances,
): SuppressionReason | undefined {
  return REASONS.find((reason) => SILENCES[reason].includes(detector_id) && EXPLAINS[reason](circumstances, finding))
}

const EXPLAINS: Record<SuppressionReason, (circumstances: Circumstances, finding: Pick<Finding, 'bucket'>) => boolean> = {
  CHEMO_RADIOTHERAPY: ({ grounds }) =>
    mostly(grounds, TRAIT.therapy) || (mostly(grounds, TRAIT.tumour | TRAIT.therapy) && inCycles(grounds)),
  DIALYSIS: ({ grounds }) => mostly(grounds, TRAIT.dialysis),
  // The stay that gave the bucket its name is the later one: how it ended explains nothing.
  TRANSFER_OR_PLANNED: ({ grounds }, { bucket }) =>
    mostly(
      grounds.filter((ground) => ground?.mdtrt_id !== bucket),
      TRAIT.leads_on,
    ),
  NEWBORN_WITH_MOTHER: ({ grounds }) => mostly(grounds, TRAIT.newborn_on_mother),
  SPECIAL_CASE: ({ grounds }) => mostly(grounds, TRAIT.special_case),
  EMERGENCY: ({ emergency }) => emergency,
}

/** Half at least: what rests mostly on the ordinary stays an alert. */
function mostly(grounds: readonly (Ground | undefined)[], traits: number): boolean {
  const special = grounds.filter((ground) => ground && (ground.traits & traits) !== 0).length
  return special > 0 && special * 2 >= grounds.length
}

/** Treatments of a tumour at equal intervals. */
function inCycles(grounds: readonly (Ground | undefined)[]): boolean {
  return isCycle(grounds.flatMap((ground) => (ground && ground.traits & (TRAIT.tumour | TRAIT.therapy) ? [ground.at] : [])))
}
