import type { Billed, VisitBill } from '../kit/bills/visit-bills.ts'
import type { Remembered } from '../kit/parts/remembered.ts'

/** A CT or MRI, or another examination of high value. */
export interface Image extends Billed {
  readonly name: string
  /** Modality and part of the body; empty where the part is not known. */
  readonly part: string
}

/** A bill with its images. */
export interface Imaged extends Remembered, VisitBill<Image> {
  /** Of an acute stroke or an injured brain, whose images are followed up. */
  readonly critical?: true
}

interface Exam {
  readonly setl_id: string
  readonly fixmedins_code: string
  readonly med_list_codg: string
  readonly name: string
  readonly fee_ocur_time: string
}

export interface Evidence {
  readonly kind: 'repeated' | 'many' | 'custom'
  /** Empty where an institution's month is judged. */
  readonly exams: readonly Exam[]
  /** Images of the visit, or those of one part, of which the exams name first; inpatients of the month. */
  readonly count: number
  readonly limit: number
  /** Within which a part was imaged again; 0 where none was. */
  readonly days: number
  /** Where the visit that repeats also has too many images: how many, and how many it may have; else 0. */
  readonly visit_images: number
  readonly visit_limit: number
  /** Of an institution: its month, the item, and the share of its inpatients that had it beside the peers' median. */
  readonly month: string
  readonly med_list_codg: string
  readonly name: string
  readonly share: number
  readonly peer_median: number
  readonly peers: number
  readonly vola_amt: number
}

export interface Params {
  readonly repeat_days: number
  readonly images_a_visit: number
  readonly share: number
  readonly peer_share: number
  readonly least_stays: number
  readonly least_peers: number
}
