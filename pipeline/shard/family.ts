import type { Alert } from '../../schemas/alert.ts'
import type { StagedMemory } from '../memory/staged.ts'
import { keyPart } from './identity.ts'

interface Kinship {
  readonly parent: string
  /**
   * Whether the parents must name every settlement of the child: one day of an institution has many settlements, and is not
   * told by an alert on one of them.
   */
  readonly wholly: boolean
}

/** Whose alerts are told within those of which other detector (detectors 2.7). */
const CHILDREN: Readonly<Record<string, Kinship>> = {
  'MGT-06': { parent: 'MGT-05', wholly: false },
  'MGT-07': { parent: 'MGT-08', wholly: false },
  'POL-19': { parent: 'MGT-18', wholly: true },
}
const PARENTS = new Set(Object.values(CHILDREN).map(({ parent }) => parent))

interface Member {
  readonly detector_id: string
  readonly alert_id: string
}

/**
 * Which open alerts are part of which: an alert that shares its settlements with one of its parent detector is told within
 * that one. By settlement it is remembered which alerts of either side name it.
 */
export class Family {
  readonly #memory: StagedMemory

  constructor(memory: StagedMemory) {
    this.#memory = memory
  }

  /** The alert within which an alert of this detector on these settlements is told; `''` where it stands alone. */
  parentOf(detector_id: string, setl_ids: readonly string[]): string {
    const kinship = CHILDREN[detector_id]
    if (!kinship) return ''
    const found = setl_ids.map((setl_id) => this.#naming(setl_id, kinship.parent))
    if (kinship.wholly && found.some((ids) => ids.length === 0)) return ''
    // The smallest, so that the order in which they came does not matter.
    return found.flat().sort()[0] ?? ''
  }

  /** Takes note of a revision; answers the alerts whose parent may have changed by it, each once and sorted. */
  note(before: Alert | undefined, after: Alert): string[] {
    const { detector_id } = after
    if (!PARENTS.has(detector_id) && !CHILDREN[detector_id]) return []
    const named = before && isTold(before) ? before.setl_ids : []
    const naming = isTold(after) ? after.setl_ids : []
    const [old, fresh] = [new Set(named), new Set(naming)]
    const changed = [...named.filter((id) => !fresh.has(id)), ...naming.filter((id) => !old.has(id))]
    const concerned = new Set<string>()
    for (const setl_id of changed) {
      const members = this.#members(setl_id)
      for (const member of members) if (CHILDREN[member.detector_id]?.parent === detector_id) concerned.add(member.alert_id)
      const others = members.filter(({ alert_id }) => alert_id !== after.alert_id)
      this.#keep(setl_id, fresh.has(setl_id) ? [...others, { detector_id, alert_id: after.alert_id }] : others)
    }
    return [...concerned].sort()
  }

  #naming(setl_id: string, detector_id: string): string[] {
    return this.#members(setl_id).flatMap((member) => (member.detector_id === detector_id ? [member.alert_id] : []))
  }

  #members(setl_id: string): readonly Member[] {
    const stored = this.#memory.get(keyOf(setl_id))
    return stored ? JSON.parse(Buffer.from(stored).toString()) : []
  }

  #keep(setl_id: string, members: readonly Member[]): void {
    this.#memory.set(keyOf(setl_id), members.length > 0 ? Buffer.from(JSON.stringify(members)) : null)
  }
}

/** Only what people are told can be told within something else. */
function isTold({ status, mode, disposition }: Alert): boolean {
  return status === 'open' && mode === 'live' && disposition === 'alert'
}

function keyOf(setl_id: string): string {
  return `f|${keyPart(setl_id)}`
}
