import { distinct } from './basket.ts'
import { DAY, HOUR, MINUTE } from './calendar.ts'
import {
  ALWAYS_ACTIVE,
  type Doctor,
  distanceKm,
  doctorRow,
  type Institution,
  institutionRow,
  makeDoctor,
  type ReferenceRow,
} from './institution.ts'
import type { Item } from './item.ts'
import { personRow } from './knowledge.ts'
import { makePerson, type Person } from './person.ts'
import type { Random } from './random.ts'
import type { County, Region } from './region.ts'
import type { InstitutionSpec, PersonSpec, Stage } from './script.ts'

/** When and where a scene plays, and who is in it: fresh people, and the region's places or its own. */
export class Setting {
  readonly random: Random
  readonly region: Region
  readonly county: County
  /** The day on which it happens; at least one day from the start and three from the end where the run is long enough. */
  day: number
  protected readonly stage: Stage

  constructor(stage: Stage, random: Random, day: number) {
    this.stage = stage
    this.random = random
    this.region = stage.world.region
    this.county = random.pick(this.region.counties)
    this.day = day
  }

  get days(): number {
    return this.stage.days
  }

  /** Seconds of the calendar at `HH:mm` or `HH:mm:ss`, so many days after the scene's day. */
  at(time: string, later = 0): number {
    const [hours, minutes, seconds = 0] = time.split(':').map(Number)
    return (this.day + later) * DAY + hours! * HOUR + minutes! * MINUTE + seconds
  }

  /** A moment of the scene's morning. */
  morning(): number {
    return this.day * DAY + this.random.between(9 * HOUR, 10 * HOUR)
  }

  date(later = 0): string {
    return this.region.calendar.day(this.day + later)
  }

  text(second: number): string {
    return this.region.calendar.text(second)
  }

  person(spec: PersonSpec = {}): Person {
    const { random, stage } = this
    const age = spec.brdy ? Number(this.date().slice(0, 4)) - Number(spec.brdy.slice(0, 4)) : random.between(30, 60)
    const person = makePerson({
      number: 5_000_000_000 + stage.people++,
      gend: spec.gend ?? random.pick(['1', '2']),
      age,
      brdy: spec.brdy ?? this.region.calendar.birthday(age, random.below(300)),
      insutype: age < 20 ? '390' : random.pick(['310', '390']),
      insu_admdvs: this.county.admdvs,
      pay_loc: '2',
      named: false,
    })
    if (spec.row !== false) this.reference({ table: 'person', id: person.psn_no, row: { ...personRow(person), ...spec.row } })
    return person
  }

  hospital(county = this.county): Institution {
    return this.random.pick(county.hospitals)
  }

  /** Two hospitals of one town. */
  twoHospitals(): [Institution, Institution] {
    const [one, other] = distinct(this.random, this.county.hospitals, 2)
    return [one!, other!]
  }

  clinic(): Institution {
    return this.random.pick(this.county.clinics)
  }

  pharmacy(county = this.county): Institution {
    return this.random.pick(county.pharmacies.filter((pharmacy) => !pharmacy.uploads))
  }

  /** A county of another prefecture. */
  elsewhere(): County {
    return this.random.pick(this.region.counties.filter((county) => county.admdvs.slice(0, 4) !== this.county.admdvs.slice(0, 4)))
  }

  /** The nearest other county. */
  neighbour(): County {
    const { centre } = this.county
    const others = this.region.counties.filter((county) => county !== this.county)
    return others.reduce((a, b) => (distanceKm(centre, a.centre) <= distanceKm(centre, b.centre) ? a : b))
  }

  /** An institution of this scene alone, where nothing else happens. */
  found(spec: InstitutionSpec): Institution {
    const county = spec.county ?? this.county
    const { stage } = this
    const code = `${spec.kind === 'pharmacy' ? 'P' : 'H'}${county.admdvs}${90_000 + stage.institutions++}`
    const place = spec.place === undefined ? county.centre : (spec.place ?? undefined)
    const institution: Institution = {
      ...(spec.kind === 'pharmacy' ? {} : { level: spec.level ?? '2' }),
      ...(spec.terminals === undefined ? {} : { terminals: spec.terminals }),
      ...(spec.is_internet ? { is_internet: true } : {}),
      ...(spec.kind === 'hospital' ? { beds: 100 } : {}),
      code,
      name: `示例${code.slice(1)}机构`,
      kind: spec.kind,
      admdvs: county.admdvs,
      county: county.index,
      place,
      open_hours: spec.kind === 'pharmacy' ? '08:00-22:00' : '00:00-24:00',
      agreement: spec.agreement === undefined ? ALWAYS_ACTIVE : (spec.agreement ?? undefined),
      tier: 0,
      uploads: false,
      outpatient: spec.kind === 'pharmacy' ? [] : [this.hire([code])],
      emergency: [],
      ward: spec.kind === 'hospital' ? [this.hire([code])] : [],
      surgeons: [],
    }
    this.reference({ table: 'institution', id: code, row: institutionRow(institution) })
    return institution
  }

  /** A doctor registered at these institutions, whom only this scene knows. */
  hire(institutions: readonly string[]): Doctor {
    const number = 600_000 + this.stage.doctors++
    const doctor = makeDoctor(`D${this.county.admdvs}${number}`, 'A03', institutions)
    this.reference({ table: 'doctor', id: doctor.code, row: doctorRow(doctor) })
    return doctor
  }

  reference(row: ReferenceRow): void {
    this.stage.references.push(row)
  }

  traceCode(item: Item): string {
    return this.stage.world.issuer.traceCode(item)
  }
}
