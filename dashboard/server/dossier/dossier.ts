import type { Alert } from '../../../schemas/alert.ts'
import type { Attachment, CaseRow, HistoryEntry } from '../../../schemas/workflow.ts'
import type { HoldRow } from '../workflow/holds.ts'
import type { Situation } from '../workflow/machine/situation.ts'

type Row = Readonly<Record<string, unknown>>

/** A parameter's value as the catalogue tells it. */
interface ParamValue {
  readonly value: unknown
  readonly source: 'law' | 'local' | 'default'
  readonly note?: string
}

/** The package that `fundwatch dossier` computes again, and from which the pages are drawn. */
export interface Dossier {
  readonly format: number
  readonly made: string
  readonly made_by: string
  /** Why persons are named; empty where they are masked. */
  readonly reason: string
  readonly case: CaseRow
  readonly identity: string
  readonly masked: boolean
  readonly alerts: readonly Alert[]
  readonly inputs: readonly { readonly kind: string; readonly id: string; readonly event: Row }[]
  readonly reference: readonly {
    readonly kind: string
    readonly table: string
    readonly id: string
    readonly row: Row
    readonly effective_from: string | null
    readonly effective_to: string | null
    readonly deleted: boolean
  }[]
  readonly detectors: readonly {
    readonly id: string
    readonly version: number
    readonly title: { readonly zh: string; readonly en: string }
    readonly params: Readonly<Record<string, readonly ParamValue[]>>
  }[]
  readonly decisions: readonly {
    readonly alert_id: string
    readonly recoverable_amt: number
    readonly situation: Situation | null
    /** Newest first. */
    readonly history: readonly HistoryEntry[]
    readonly holds: readonly HoldRow[]
  }[]
  readonly attachments: readonly Attachment[]
  readonly case_history: readonly HistoryEntry[]
  /** The end of the record when the package was made. */
  readonly chain: { readonly n: number; readonly hash: string }
  readonly hashes: Readonly<Record<string, string>>
  readonly hash: string
}

export type Language = 'zh' | 'en'
