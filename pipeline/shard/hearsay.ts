import { toVisit } from '../../detectors/project.ts'
import type { ReferenceBook } from '../../detectors/reference.ts'
import type { Settlement } from '../../schemas/events.ts'
import type { StagedMemory } from '../memory/staged.ts'
import type { Original } from './moments.ts'
import type { Parcel, Unpacked } from './parcel.ts'

const KEY = 'k|'
const DIGITS = 15

/**
 * With what knowledge this slice has heard what others have told it: a void that comes later takes back what was counted
 * here then, and each slice hears reference rows at its own pace. It is noted where it changes, by the number of parcels that
 * the sender had made, which rises from one parcel to the next.
 */
export class Hearsay {
  readonly #memory: StagedMemory
  readonly #reference: ReferenceBook
  readonly #notes: Note[][] = []

  constructor(memory: StagedMemory, reference: ReferenceBook) {
    this.#memory = memory
    this.#reference = reference
    for (const [key, value] of memory.scan(KEY)) {
      const [, from, made] = key.split('|')
      this.#notesOf(Number(from)).push({ made: Number(made), knowledge: Number(Buffer.from(value).toString()) })
    }
  }

  /** The parcel's settlements: as they are known here now, or, of those that are taken back, as they were when they were heard. */
  visitsIn(parcel: Parcel): Unpacked {
    this.#note(parcel)
    const [visits, bills] = [new Map<number, Original>(), new Map<number, Original>()]
    for (const entry of parcel.entries) {
      if (entry.kind !== 'back') continue
      const { heard, made } = entry
      if ('visit' in heard) visits.set(heard.visit, this.originalOf(parcel, made))
      else if ('bill' in heard) bills.set(heard.bill, this.originalOf(parcel, made))
    }
    const known = (settlements: readonly Settlement[], originals: ReadonlyMap<number, Original>) =>
      settlements.map((settlement, i) => toVisit(settlement, originals.get(i)?.reference ?? this.#reference))
    return { visits: known(parcel.visits, visits), bills: known(parcel.bills ?? [], bills) }
  }

  /** As what something was heard here that is taken back, by the number of parcels that its sender had made. */
  originalOf({ from }: Parcel, made = 0): Original {
    const knowledge = this.#notesOf(from).findLast((note) => note.made <= made)?.knowledge ?? 0
    return { reference: this.#reference.asOf(knowledge), parcels: made, late: false }
  }

  #note({ from, made }: Parcel): void {
    const [notes, knowledge] = [this.#notesOf(from), this.#reference.version]
    // A parcel of an older release says nothing, and nothing will ask for it.
    if (made === undefined || knowledge === (notes.at(-1)?.knowledge ?? 0)) return
    notes.push({ made, knowledge })
    this.#memory.set(`${KEY}${from}|${String(made).padStart(DIGITS, '0')}`, Buffer.from(String(knowledge)))
  }

  #notesOf(from: number): Note[] {
    const notes = this.#notes[from] ?? []
    this.#notes[from] = notes
    return notes
  }
}

interface Note {
  readonly made: number
  readonly knowledge: number
}
