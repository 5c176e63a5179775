import { hash } from 'node:crypto'
import type { Detector, Finding, LineRef } from '../../detectors/detector.ts'
import { paramsAt } from '../../detectors/params.ts'
import type { ReferenceView } from '../../detectors/reference.ts'
import { ALERT_SCHEMA_VERSION, type Alert } from '../../schemas/alert.ts'
import { fenOf, yuan } from '../../schemas/money.ts'
import { formatInstant, type Instant } from '../../schemas/time.ts'
import type { StagedMemory } from '../memory/staged.ts'
import { Family } from './family.ts'
import type { Guard } from './guard.ts'
import { Risk } from './risk.ts'
import { type Fate, Silencer } from './silencer.ts'
import type { Traits } from './traits.ts'
import { whyOf } from './why.ts'

/** Settlements that an alert names; beyond this many only their count is told (contract, section 2). */
const NAMED_SETTLEMENTS = 500
const SHADOWED: Fate = { disposition: 'shadowed', silence_reason: '' }

/** First 32 hex digits of SHA-256 over the identity joined by NUL (contract, section 2, "Identity"). */
export function alertId(detector: Detector, finding: Pick<Finding, 'subject' | 'bucket'>): string {
  const { type, id } = finding.subject
  return hash('sha256', [detector.id, detector.version, type, id, finding.bucket].join('\0'), 'hex').slice(0, 32)
}

/** Why an alert changed: what happened to the key that holds it. */
export type Cause = 'event' | 'void' | 'time'

export interface AlertOptions {
  /** Detectors that run silently. */
  readonly shadow: ReadonlySet<string>
  readonly now: Instant
}

interface AlertsGiven {
  readonly memory: StagedMemory
  readonly reference: ReferenceView
  readonly traits: Traits
  readonly guard: Guard
  /** Number of the last revision. */
  readonly seq: number
  readonly onRevision: ((alert: Alert) => void) | undefined
  /** Where alerts are filed instead, when that is not here. */
  readonly toDesk?: (word: Word) => void
}

/** What is filed: everything that follows from the finding and what is known where it was made. */
export type Word =
  | {
      readonly kind: 'hold'
      readonly id: string
      readonly said: Said
      readonly fate: Fate
      /** The detector runs silently. */
      readonly shadowed: boolean
      readonly knowledge_version: string
      readonly detected_at: string
    }
  | { readonly kind: 'retract'; readonly ids: readonly string[]; readonly cause: Cause }

/**
 * The alerts of a shard. Each keeps one identity for ever; what changes is its revision. Every revision gets the next
 * number of one ordered log.
 */
export class Alerts {
  readonly #memory: StagedMemory
  readonly #reference: ReferenceView
  readonly #silencer: Silencer
  readonly #family: Family
  readonly #risk: Risk
  readonly #guard: Guard
  #seq: number
  #revised: Alert[] = []

  readonly #onRevision: ((alert: Alert) => void) | undefined
  readonly #toDesk: ((word: Word) => void) | undefined

  constructor({ memory, reference, traits, guard, seq, onRevision, toDesk }: AlertsGiven) {
    this.#memory = memory
    this.#reference = reference
    this.#silencer = new Silencer(reference, traits)
    this.#family = new Family(memory)
    this.#risk = new Risk(memory)
    this.#guard = guard
    this.#seq = seq
    this.#onRevision = onRevision
    this.#toDesk = toDesk
  }

  get seq(): number {
    return this.#seq
  }

  /**
   * A short digest of what a finding says and of what explains it away, to notice whether either changed: a discharge may
   * tell of a transfer long after the finding was first made.
   */
  sayingOf(detector: Detector, finding: Finding): string {
    const explained = this.#silencer.suppressionOf(detector, finding) ?? ''
    return hash('sha1', JSON.stringify(finding) + explained, 'hex').slice(0, 16)
  }

  /** The finding holds (again, or otherwise than before): the alert is opened, revised or reopened. */
  hold(detector: Detector, id: string, finding: Finding, options: AlertOptions): void {
    this.#hand({
      kind: 'hold',
      id,
      said: describe(detector, finding),
      fate: this.#silencer.fateOf(detector, finding),
      shadowed: options.shadow.has(detector.id),
      knowledge_version: String(this.#reference.version),
      detected_at: formatInstant(options.now),
    })
  }

  /** What the alerts say holds no longer; their last amounts stay (contract, section 2, "Retraction"). */
  retract(ids: readonly string[], cause: Cause): void {
    this.#hand({ kind: 'retract', ids, cause })
  }

  /** Files what was handed over by whoever judged. */
  file(word: Word): void {
    if (word.kind === 'hold') this.#open(word)
    else for (const id of word.ids) this.#retract(id, word.cause)
  }

  #hand(word: Word): void {
    if (this.#toDesk) this.#toDesk(word)
    else this.file(word)
  }

  #open({ id, said, fate: wanted, shadowed: silent, knowledge_version, detected_at }: Word & { kind: 'hold' }): void {
    const { detector_id } = said
    const before = this.#load(id)
    const isNew = before === undefined
    // What was raised before the guard fell stays as it is.
    const guarded = this.#guard.isShut(detector_id) && (isNew || before.mode === 'shadow')
    const shadowed = guarded || silent
    const fate = shadowed ? { ...SHADOWED, silence_reason: guarded ? 'BLAST_RADIUS' : '' } : wanted
    if (fate.disposition === 'alert') {
      const grown = Math.max(0, fenOf(said.vola_amt) - (isNew ? 0 : fenOf(before.vola_amt)))
      this.#guard.spend(detector_id, said.event_time.slice(0, 10), { alerts: Number(isNew), fen: grown })
    }
    this.#save(before, {
      ...said,
      ...this.#risk.scoreOf(before, said),
      parent_alert_id: fate.disposition === 'alert' ? this.#family.parentOf(detector_id, said.setl_ids) : '',
      alert_id: id,
      knowledge_version,
      mode: shadowed ? 'shadow' : 'live',
      ...fate,
      status: 'open',
      retract_reason: '',
      revision: (before?.revision ?? 0) + 1,
      detected_at: before?.detected_at ?? detected_at,
      seq: ++this.#seq,
    })
  }

  #retract(id: string, cause: Cause): void {
    const before = this.#load(id)
    if (!before || before.status === 'retracted') return
    const retract_reason = cause === 'void' ? 'VOIDED' : 'REVISED'
    this.#save(before, { ...before, status: 'retracted', retract_reason, revision: before.revision + 1, seq: ++this.#seq })
  }

  /** Whether nobody would be told of the finding. */
  isSilenced(detector: Detector, finding: Finding): boolean {
    return this.#silencer.fateOf(detector, finding).disposition !== 'alert'
  }

  isOpen(id: string): boolean {
    return this.#load(id)?.status === 'open'
  }

  /** The revisions since the last call, in the order of the log. */
  take(): Alert[] {
    const revised = this.#revised
    this.#revised = []
    return revised
  }

  /** The alert is told within another one now, or no longer. */
  #adopt(id: string): void {
    const child = this.#load(id)!
    const parent_alert_id = this.#family.parentOf(child.detector_id, child.setl_ids)
    if (parent_alert_id === child.parent_alert_id) return
    this.#save(child, { ...child, parent_alert_id, revision: child.revision + 1, seq: ++this.#seq })
  }

  #load(id: string): Alert | undefined {
    const stored = this.#memory.get(`a|${id}`)
    return stored && (JSON.parse(Buffer.from(stored).toString()) as Alert)
  }

  #save(before: Alert | undefined, alert: Alert): void {
    this.#memory.set(`a|${alert.alert_id}`, Buffer.from(JSON.stringify(alert)))
    this.#revised.push(alert)
    this.#onRevision?.(alert)
    this.#risk.note(before, alert)
    for (const child of this.#family.note(before, alert)) this.#adopt(child)
  }
}

export type Said = Omit<
  Alert,
  | 'alert_id'
  | 'knowledge_version'
  | 'parent_alert_id'
  | 'risk_score'
  | 'risk_parts'
  | 'mode'
  | 'disposition'
  | 'silence_reason'
  | 'status'
  | 'retract_reason'
  | 'revision'
  | 'detected_at'
  | 'seq'
>

/** The alert's own words: everything that follows from the finding and the detector alone. */
function describe(detector: Detector, finding: Finding): Said {
  const { subject, setl_ids, evidence } = finding
  const explanation = { zh: detector.explain(evidence, 'zh'), en: detector.explain(evidence, 'en') }
  return {
    schema_version: ALERT_SCHEMA_VERSION,
    detector_id: detector.id,
    detector_version: detector.version,
    params: paramsAt(detector.params, finding.at, finding.admdvs),
    severity: finding.severity,
    result_type: finding.result,
    audience: detector.audience ?? 'officer',
    vola_bhvr_type: detector.behaviour,
    subject_type: subject.type,
    subject_id: subject.id,
    bucket: finding.bucket,
    psn_no: finding.psn_no,
    fixmedins_code: finding.fixmedins_code,
    admdvs: finding.admdvs,
    insu_admdvs: finding.insu_admdvs,
    setl_ids: setl_ids.slice(0, NAMED_SETTLEMENTS),
    setl_count: finding.setl_count ?? setl_ids.length,
    lines: finding.lines.map(outsideLine),
    vola_amt: yuan(finding.vola_amt),
    event_time: formatInstant(finding.at),
    title: detector.title.zh,
    why: whyOf(explanation.zh),
    explanation,
    evidence: evidence as Record<string, unknown>,
    basis: [...detector.basis],
    count: finding.count ?? 1,
    first_seen: formatInstant(finding.first_seen ?? finding.at),
    last_seen: formatInstant(finding.last_seen ?? finding.at),
  }
}

function outsideLine(line: LineRef): Alert['lines'][number] {
  return { ...line, vola_amt: yuan(line.vola_amt) }
}
