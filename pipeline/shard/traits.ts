import type { Visit } from '../../detectors/detector.ts'
import { completedYears } from '../../detectors/kit/care/age.ts'
import { isNewborn, NEWBORN_PERSON_TYPE } from '../../detectors/kit/stays/newborn.ts'
import type { Discharge, Settlement } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { dayOf, type Instant } from '../../schemas/time.ts'
import type { StagedMemory } from '../memory/staged.ts'
import { keyPart } from './identity.ts'

/** What makes a settlement or a stay special enough to explain what would otherwise look wrong (detectors 2.4). */
export const TRAIT = {
  /** Radiotherapy or chemotherapy session. */
  therapy: 1,
  /** Malignant neoplasm. */
  tumour: 2,
  /** Chronic kidney disease, treated by dialysis here. */
  dialysis: 4,
  /** Ended by a transfer, or with a readmission that was planned. */
  leads_on: 8,
  /** A newborn, settled under its mother's number. */
  newborn_on_mother: 16,
  /** 特例单议: the case is reviewed on its own. */
  special_case: 32,
} as const

/** A settlement as far as it can explain a finding. */
export interface Ground {
  readonly traits: number
  readonly at: Instant
  /** The stay it belongs to; `''` where it is none. */
  readonly mdtrt_id: string
}

const TRANSFERRED = new Set(['2', '3'])
const DIALYSIS_TAGS = ['hemodialysis', 'crrt']
/** Conditions of the perinatal period; and of male organs, which beside a birth are those of the boy. */
const OF_NEWBORN = /^(?:P|N4|N5[01])/
/** Ages at which a woman may be the mother of the newborn that is settled under her number. */
const MOTHER_FROM = 12
const MOTHER_UNTIL = 60

export function traitsOf(visit: Visit): number {
  let traits = 0
  let kidney = false
  let perinatal = false
  let birth = tellsOfBirth(visit)
  for (const { diag_code } of visit.diseinfo) {
    if (diag_code.startsWith('Z51.0') || diag_code.startsWith('Z51.1')) traits |= TRAIT.therapy
    else if (diag_code.startsWith('C') && diag_code.slice(0, 3) <= 'C97') traits |= TRAIT.tumour
    else if (diag_code.startsWith('N18')) kidney = true
    else if (OF_NEWBORN.test(diag_code)) perinatal = true
    else if (diag_code.startsWith('O') || diag_code.startsWith('Z37')) birth = true
  }
  if (kidney && visit.items.some((item) => item?.tags?.some((tag) => DIALYSIS_TAGS.includes(tag)))) traits |= TRAIT.dialysis
  if (visit.spec_case_flag === '1') traits |= TRAIT.special_case
  if (TRANSFERRED.has(visit.dscg_way)) traits |= TRAIT.leads_on
  // Out of hospital, a woman's visit with a newborn's diagnosis needs more than that to be a newborn's.
  const ofNewborn = perinatal && (birth || (isInpatient(visit.med_class) && isNewborn(visit)))
  if (ofNewborn && isOfMother(visit)) traits |= TRAIT.newborn_on_mother
  return traits
}

function tellsOfBirth({ med_class, psn_type }: Visit): boolean {
  return med_class === 'MAT_IPT' || med_class === 'MAT_OP' || psn_type === NEWBORN_PERSON_TYPE
}

function isOfMother({ gend, brdy, setl_time }: Settlement): boolean {
  if (gend !== '2' || brdy === undefined) return false
  const age = completedYears(brdy, dayOf(setl_time))
  return age >= MOTHER_FROM && age < MOTHER_UNTIL
}

/** `undefined` for an ordinary settlement. A stay may turn out to be special when its discharge is told. */
export function groundOf(visit: Visit): Ground | undefined {
  const traits = traitsOf(visit)
  const mdtrt_id = isInpatient(visit.med_class) ? visit.mdtrt_id : ''
  return traits === 0 && mdtrt_id === '' ? undefined : { traits, at: visit.setl_time, mdtrt_id }
}

/** The special settlements and stays, kept as long as their identities. Of the ordinary ones nothing is kept. */
export class Traits {
  readonly #memory: StagedMemory
  #supposed: { readonly setl_id: string; readonly ground: Ground } | undefined

  constructor(memory: StagedMemory) {
    this.#memory = memory
  }

  /** For the time of a screen the draft is known too. */
  suppose(draft: Visit | undefined): void {
    this.#supposed = draft && {
      setl_id: draft.setl_id,
      ground: { traits: traitsOf(draft), at: draft.setl_time, mdtrt_id: draft.mdtrt_id },
    }
  }

  learn(visit: Visit): void {
    const ground = groundOf(visit)
    if (ground) this.put(visit.setl_id, ground)
  }

  put(setl_id: string, ground: Ground): void {
    this.#memory.set(settlementKey(setl_id), Buffer.from(JSON.stringify(ground)))
  }

  learnEnd({ mdtrt_id, dscg_way, days_rinp_flag_31 }: Discharge): void {
    const key = stayKey(mdtrt_id)
    if (TRANSFERRED.has(dscg_way) || days_rinp_flag_31 === '1') this.#memory.set(key, Buffer.of(1))
    else if (this.#memory.get(key)) this.#memory.set(key, null)
  }

  /** `undefined` for an ordinary settlement. */
  of(setl_id: string): Ground | undefined {
    if (this.#supposed?.setl_id === setl_id) return this.#supposed.ground
    const stored = this.#memory.get(settlementKey(setl_id))
    if (!stored) return undefined
    const ground = JSON.parse(Buffer.from(stored).toString()) as Ground
    const leads = ground.mdtrt_id !== '' && this.#memory.get(stayKey(ground.mdtrt_id)) !== undefined
    return leads ? { ...ground, traits: ground.traits | TRAIT.leads_on } : ground
  }
}

function settlementKey(setl_id: string): string {
  return `g|${keyPart(setl_id)}`
}

function stayKey(mdtrt_id: string): string {
  return `e|${keyPart(mdtrt_id)}`
}
