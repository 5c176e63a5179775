import type { Form } from '../detector.ts'

/** A stay with its settlements and their times in seconds. */
export interface Case {
  readonly mdtrt_id: string
  readonly bills: readonly (readonly [setl_id: string, second: number])[]
}

export interface Tally {
  discharges: number
  /** The stays of each person that ended in the month. */
  readonly persons: Record<string, readonly Case[]>
}

/** A person, then each stay and after it its settlements: of two names in a row the first one is a stay, for a settlement has a time. */
type PackedPerson = readonly [psn_no: string, ...words: (string | number)[]]
type Packed = readonly [discharges: number, ...persons: PackedPerson[]]

/** A busy hospital's month is written anew with every stay that ends in it, and has hundreds of them. */
export const TALLY_FORM: Form<Tally> = {
  pack({ discharges, persons }): Packed {
    const packed = Object.entries(persons).map(([psn_no, ended]): PackedPerson => {
      return [psn_no, ...ended.flatMap(({ mdtrt_id, bills }) => [mdtrt_id, ...bills.flat()])]
    })
    return [discharges, ...packed]
  },
  unpack([discharges, ...packed]: Packed) {
    const persons = Object.fromEntries(packed.map(([psn_no, ...words]) => [psn_no, casesIn(words)]))
    return { discharges, persons }
  },
}

function casesIn(words: readonly (string | number)[]): Case[] {
  const cases: { mdtrt_id: string; bills: [string, number][] }[] = []
  for (let i = 0; i < words.length; i++) {
    const [name, second] = [words[i] as string, words[i + 1]]
    if (typeof second === 'number') {
      cases.at(-1)!.bills.push([name, second])
      i++
    } else cases.push({ mdtrt_id: name, bills: [] })
  }
  return cases
}
