/** Rows of a truth file, as the contract names them. */
export type TruthRow = PlantedCase | Decoy

export interface PlantedCase {
  readonly case_id: string
  readonly detector_id: string
  readonly setl_ids: readonly string[]
  readonly subject_id: string
  /** Other detectors that may rightly fire on it. */
  readonly also?: readonly string[]
  /** The alert must end retracted. */
  readonly retract?: true
}

/** A look-alike that must not alert. */
export interface Decoy {
  readonly decoy: true
  readonly case_id?: string
  readonly detector_id: string
  readonly setl_ids: readonly string[]
}

export function isDecoy(row: TruthRow): row is Decoy {
  return 'decoy' in row && row.decoy
}
