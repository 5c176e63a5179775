import { DAY } from './calendar.ts'
import type { Institution } from './institution.ts'

/** At most this many of one ten-year age span are admitted to a hospital within a day: no crowd that looks organised. */
const SAME_AGE_ADMISSIONS = 6
const AGE_SPAN = 10

interface Admitted {
  readonly at: number
  readonly age: number
}

/** Who is admitted where and when, those whom scenes will admit later among them. */
export class Admissions {
  private readonly known = new Map<Institution, readonly Admitted[]>()

  /** Whether one more of this age would make a crowd of those who come within a day before or after. */
  isCrowded(hospital: Institution, at: number, age: number): boolean {
    const near = this.from(hospital, at - DAY).filter((each) => each.at < at + DAY)
    for (let from = age - AGE_SPAN; from <= age; from++) {
      let count = 0
      for (const each of near) if (each.age >= from && each.age <= from + AGE_SPAN) count++
      if (count >= SAME_AGE_ADMISSIONS) return true
    }
    return false
  }

  /** Somebody is planted, in whatever order of time. */
  plan(hospital: Institution, at: number, age: number): void {
    this.known.set(hospital, [...(this.known.get(hospital) ?? []), { at, age }])
  }

  /** Somebody comes; nobody comes earlier from now on. */
  take(hospital: Institution, at: number, age: number): void {
    this.known.set(hospital, [...this.from(hospital, at - DAY), { at, age }])
  }

  private from(hospital: Institution, after: number): readonly Admitted[] {
    return (this.known.get(hospital) ?? []).filter((each) => each.at > after)
  }
}
