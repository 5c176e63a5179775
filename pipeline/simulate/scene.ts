import { distinct } from './basket.ts'
import { DAY, HOUR, MINUTE } from './calendar.ts'
import { ACUTE_DRUGS, CONSULTATION, IMAGING, LABORATORY } from './catalogue.ts'
import { ACUTE, WARD_DIAGNOSES } from './diagnosis.ts'
import { admissionLine, dischargeLine, voidLine } from './events.ts'
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
import { charge, type Item, tierPrice } from './item.ts'
import { personRow } from './knowledge.ts'
import { makePerson, type Person } from './person.ts'
import type { Random } from './random.ts'
import type { County, Region } from './region.ts'
import type { InstitutionSpec, LineSpec, PersonSpec, Stage, StaySpec, VisitSpec } from './script.ts'
import { type Line, type Settlement, settlementLine } from './settlement.ts'
import { type Stay, wardLines } from './ward.ts'
import { credential, TERMS } from './world.ts'

/** The little world of one planted case or decoy: fresh people, and events that nobody else touches. */
export class Scene {
  readonly random: Random
  readonly region: Region
  readonly county: County
  /** The day on which it happens; at least one day from the start and three from the end where the run is long enough. */
  day: number
  readonly setl_ids: string[] = []
  /** What the alert should be about; default: the last settlement. */
  subject = ''
  private readonly stage: Stage

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

  /** A settled visit (ordinary outpatient unless said otherwise) or purchase. */
  visit(spec: VisitSpec): Settlement {
    const { issuer } = this.stage.world
    const purchase = spec.institution.kind === 'pharmacy'
    const doctor = spec.doctor ?? (purchase ? undefined : this.random.pick(spec.institution.outpatient))
    const begntime = purchase ? spec.at : spec.at - 40 * MINUTE
    const planted = (spec.lines ?? []).map((line) =>
      this.line(line, spec.institution, doctor, purchase ? spec.at : spec.at - 10 * MINUTE),
    )
    const lines = [...((spec.ordinary ?? !purchase) ? this.ordinaryLines(spec, doctor, begntime) : []), ...planted]
    const terms = spec.fund === 'none' ? TERMS.account : purchase ? TERMS.pharmacy : TERMS.outpatient
    const settlement: Settlement = {
      setl_id: issuer.setl_id(),
      mdtrt_id: spec.mdtrt_id ?? issuer.mdtrt_id(),
      person: spec.person,
      institution: spec.institution,
      med_type: spec.med_type ?? (purchase ? '41' : '11'),
      mdtrt_cert_type: spec.cert ?? credential(this.random),
      setl_time: spec.at,
      begntime,
      endtime: spec.at,
      doctor,
      diagnoses: spec.diagnoses ?? [this.random.pick(ACUTE)],
      lines,
      terms,
      ...(spec.dise_codg === undefined ? {} : { dise_codg: spec.dise_codg }),
      ...(spec.fields === undefined ? {} : { fields: spec.fields }),
    }
    this.settle(settlement, spec.arrival ?? spec.at, spec.aside)
    return settlement
  }

  /** The same visit claimed once more, its packages with codes of their own. */
  again(first: Settlement, at: number, changes: Partial<Settlement> = {}, arrival = at): Settlement {
    const { issuer } = this.stage.world
    const shift = at - first.setl_time
    const lines = first.lines.map((line) => ({
      ...line,
      doctor: changes.doctor ?? line.doctor,
      at: line.at + shift,
      codes: line.codes.map(() => issuer.traceCode(line.charge.item)),
    }))
    const copy = {
      setl_id: issuer.setl_id(),
      mdtrt_id: issuer.mdtrt_id(),
      setl_time: at,
      begntime: first.begntime + shift,
      endtime: at,
    }
    const second: Settlement = { ...first, ...copy, lines, ...changes }
    this.settle(second, arrival)
    return second
  }

  /** A stay with its admission, its discharge and its settlement an hour later. */
  stay(spec: StaySpec): Settlement {
    const { admissions, deliveries, issuer, region } = this.stage.world
    const mdtrt_id = issuer.mdtrt_id()
    const doctor = this.random.pick(spec.institution.ward)
    const stay: Stay = { begntime: spec.from, endtime: spec.to, institution: spec.institution, doctor }
    const diagnosis = spec.diagnosis ?? this.random.pick(WARD_DIAGNOSES)
    const med_type = spec.med_type ?? '21'
    const usual = wardLines(this.random, stay, (item, packages) => issuer.traceCodes(item, packages))
    // Images by chance would repeat those of the scene's other stays.
    const without = [...IMAGING, ...(spec.without ?? [])]
    const kept = usual.filter((line) => !without.includes(line.charge.item))
    const noon = (Math.floor(spec.from / DAY) + 1) * DAY + 12 * HOUR
    const asInWards = { split: true, prd_days: 1, codes: [] }
    const planted = (spec.lines ?? []).map((line) => this.line({ ...asInWards, ...line }, spec.institution, doctor, noon))
    const discharge = spec.discharge === false ? undefined : { endtime: spec.to, dscg_way: '1', ...spec.discharge }
    if (spec.admission !== false) {
      const admitted_for = spec.admitted_for ?? diagnosis.code
      deliveries.send(spec.from, admissionLine({ mdtrt_id, person: spec.person, stay, med_type, admitted_for }, region.calendar))
    }
    if (discharge !== undefined) {
      const facts = { mdtrt_id, person: spec.person, fixmedins_code: spec.institution.code, ...discharge }
      deliveries.send(discharge.arrival ?? discharge.endtime, dischargeLine(facts, region.calendar))
    }
    admissions.plan(spec.institution, spec.from, spec.person.age)
    const settlement: Settlement = {
      setl_id: issuer.setl_id(),
      mdtrt_id,
      person: spec.person,
      institution: spec.institution,
      med_type,
      mdtrt_cert_type: credential(this.random),
      setl_time: spec.settled ?? spec.to + HOUR,
      begntime: spec.header?.begntime ?? spec.from,
      endtime: spec.header?.endtime ?? spec.to,
      doctor,
      diagnoses: [diagnosis],
      lines: [...kept, ...planted],
      terms: TERMS.stay,
      drg_code: diagnosis.drg,
      dscg_way: discharge?.dscg_way ?? '1',
      ...(spec.fields === undefined ? {} : { fields: spec.fields }),
    }
    this.settle(settlement, settlement.setl_time, spec.aside)
    return settlement
  }

  void(of: Settlement, at: number, arrival = at): void {
    const { deliveries, issuer, region } = this.stage.world
    deliveries.send(arrival, voidLine(of, issuer.voidId(of.setl_id), at, region.calendar))
  }

  /** Any other event, as an object of the contract. */
  send(arrival: number, event: Readonly<Record<string, unknown>>): void {
    this.stage.world.deliveries.send(arrival, JSON.stringify(event))
  }

  traceCode(item: Item): string {
    return this.stage.world.issuer.traceCode(item)
  }

  text(second: number): string {
    return this.region.calendar.text(second)
  }

  private settle(settlement: Settlement, arrival: number, aside = false): void {
    const { deliveries, region } = this.stage.world
    this.stage.settlements++
    if (!aside) this.setl_ids.push(settlement.setl_id)
    deliveries.send(arrival, () => settlementLine(settlement, region.calendar))
  }

  /** Consultation, test and medicine; none in an emergency, where a prescription may last three days only. */
  private ordinaryLines(spec: VisitSpec, doctor: Doctor | undefined, from: number): Line[] {
    const medicine = spec.med_type === '13' ? [] : [this.random.pick(ACUTE_DRUGS)]
    const items = [CONSULTATION, this.random.pick(LABORATORY), ...medicine]
    return items.map((item, i) =>
      this.line({ item }, spec.institution, doctor, from + (3 + 7 * i) * MINUTE + this.random.below(MINUTE)),
    )
  }

  private line(spec: LineSpec, institution: Institution, doctor: Doctor | undefined, at: number): Line {
    const { item, cnt = 1 } = spec
    const { pric = tierPrice(item, institution.tier) } = spec
    return {
      charge: charge(item, cnt, { ...spec, pric }),
      at: spec.at ?? at,
      rxno: spec.rxno ?? (item.list_type === '101' && doctor !== undefined ? 'R1' : ''),
      doctor: spec.doctor ?? doctor,
      codes: spec.codes ?? this.stage.world.issuer.traceCodes(item, Math.max(0, cnt)),
      ...(spec.fields === undefined ? {} : { fields: spec.fields }),
    }
  }
}
