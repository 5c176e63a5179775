import {
  type Counter,
  chronicLines,
  distinct,
  emergencyLines,
  outpatientLines,
  pharmacyLines,
  prenatalLines,
  supplyDays,
} from './basket.ts'
import { DAY, HOUR, MINUTE } from './calendar.ts'
import { ACUTE, CHRONIC_DISEASES, PREGNANCY } from './diagnosis.ts'
import { voidLine } from './events.ts'
import type { Institution } from './institution.ts'
import { CHRONIC_BANDS, diseaseOf, EVERY_BAND, MOTHER_BANDS } from './person.ts'
import type { County } from './region.ts'
import type { Business } from './schedule.ts'
import type { Line, Settlement } from './settlement.ts'
import { Stockroom } from './stockroom.ts'
import { credential, dispatch, TERMS, type World } from './world.ts'

const VOID_SHARE = 0.0055

/** A pharmacy's terminal is not used twice within this time (seconds). */
const SWIPE_SPACING = 45
const STRANGER_SHARE = 0.15
const FUND_PURCHASE_SHARE = 0.5

/** Days until somebody is seen again at the earliest, and that the medicine for a chronic disease lasts. */
const LEAST_PAUSE = 2
const CHRONIC_SUPPLY = 28

type Visit = Omit<Settlement, 'setl_id' | 'mdtrt_id' | 'person' | 'mdtrt_cert_type' | 'endtime'>

type OutpatientBusiness = Exclude<Business, 'IPT' | 'DAYSURG'>

/** Ordinary outpatient visits and pharmacy purchases. */
export class Traffic {
  private readonly world: World
  private readonly lastSwipe = new Map<Institution, number>()
  private readonly stockrooms = new Map<Institution, Stockroom>()

  constructor(world: World) {
    this.world = world
  }

  serve(business: OutpatientBusiness, at: number): void {
    const county = this.world.random.pick(this.world.region.counties)
    if (business === 'PHARM') this.purchase(county, at)
    else this.visit(business, county, at)
  }

  private purchase(county: County, at: number): void {
    const { people, random } = this.world
    const day = Math.floor(at / DAY)
    const index = people.visitor(county.index, EVERY_BAND, day)
    const institution = this.pharmacyFor(county, index, at)
    const counter: Counter = { random, institution, doctor: undefined, codesFor: this.codesAt(institution, at) }
    const lines = pharmacyLines(counter, at)
    people.busy(index, nextVisit(day, lines))
    const terms = random.chance(FUND_PURCHASE_SHARE) ? TERMS.pharmacy : TERMS.account
    const diagnoses = [random.pick(ACUTE)]
    this.settle(index, { institution, doctor: undefined, med_type: '41', begntime: at, setl_time: at, lines, diagnoses, terms })
  }

  private visit(business: Exclude<OutpatientBusiness, 'PHARM'>, county: County, at: number): void {
    const { people, random, issuer } = this.world
    const day = Math.floor(at / DAY)
    const index =
      business === 'CHRONIC'
        ? people.chronicPatient(county.index, CHRONIC_BANDS, day)
        : people.visitor(county.index, business === 'MAT_OP' ? MOTHER_BANDS : EVERY_BAND, day)
    const institution = this.clinicFor(business, county, index)
    const doctor =
      business === 'ER' ? institution.emergency[Math.floor((at - day * DAY) / (8 * HOUR))]! : random.pick(institution.outpatient)
    const counter: Counter = { random, institution, doctor, codesFor: (item, packages) => issuer.traceCodes(item, packages) }
    const from = at - random.between(20, 70) * MINUTE
    const where = { institution, doctor, begntime: from, setl_time: at }
    if (business === 'CHRONIC') {
      const disease = diseaseOf(index, CHRONIC_DISEASES.length)
      const diagnosis = CHRONIC_DISEASES[disease]!
      people.busy(index, day + LEAST_PAUSE)
      people.refilled(index, day + CHRONIC_SUPPLY)
      const what = { lines: chronicLines(counter, disease, from, at), diagnoses: [diagnosis], dise_codg: diagnosis.dise_codg }
      this.settle(index, { ...where, ...what, med_type: '14', terms: TERMS.chronic })
      return
    }
    const lines = this.linesOf(business, counter, index, from, at)
    people.busy(index, nextVisit(day, lines))
    const diagnoses = business === 'MAT_OP' ? [PREGNANCY] : distinct(random, ACUTE, random.chance(0.25) ? 2 : 1)
    const terms = business === 'MAT_OP' ? TERMS.maternity : TERMS.outpatient
    this.settle(index, { ...where, lines, diagnoses, med_type: MED_TYPES[business], terms })
  }

  private linesOf(business: 'OP' | 'ER' | 'MAT_OP', counter: Counter, index: number, from: number, to: number): Line[] {
    if (business === 'ER') return emergencyLines(counter, from, to)
    if (business === 'MAT_OP') return prenatalLines(counter, from, to)
    return outpatientLines(counter, this.world.region.person(index), from, to)
  }

  private settle(index: number, visit: Visit): void {
    const { issuer, random, region } = this.world
    const settlement: Settlement = {
      setl_id: issuer.setl_id(),
      mdtrt_id: issuer.mdtrt_id(),
      person: region.person(index),
      mdtrt_cert_type: credential(random),
      endtime: visit.setl_time,
      ...visit,
    }
    dispatch(this.world, settlement.setl_time, () => settlement)
    if (random.chance(VOID_SHARE)) this.takeBack(settlement)
  }

  private takeBack(settlement: Settlement): void {
    const { deliveries, issuer, random, region } = this.world
    const slowly = random.next()
    const delay =
      slowly < 0.75
        ? random.between(120, 14 * MINUTE)
        : slowly < 0.9
          ? random.between(HOUR, 8 * HOUR)
          : random.between(DAY, 5 * DAY)
    const at = settlement.setl_time + delay
    deliveries.send(at, voidLine(settlement, issuer.voidId(settlement.setl_id), at, region.calendar))
  }

  /** The person's usual pharmacy or any other of the county, where the terminal is free. */
  private pharmacyFor(county: County, index: number, at: number): Institution {
    const { random, region } = this.world
    const { pharmacies } = county
    const usual = region.habit(index, random.below(2), pharmacies.length)
    const start = random.chance(STRANGER_SHARE) ? random.below(pharmacies.length) : usual
    let chosen = pharmacies[start]!
    for (let i = 0; i < pharmacies.length; i++) {
      chosen = pharmacies[(start + i) % pharmacies.length]!
      if (at - (this.lastSwipe.get(chosen) ?? Number.NEGATIVE_INFINITY) >= SWIPE_SPACING) break
    }
    this.lastSwipe.set(chosen, at)
    return chosen
  }

  private clinicFor(business: OutpatientBusiness, county: County, index: number): Institution {
    const { random, region } = this.world
    const atHospital = business === 'ER' || business === 'MAT_OP' || random.chance(business === 'OP' ? 0.62 : 0.5)
    const list = atHospital ? county.hospitals : county.clinics
    return random.chance(STRANGER_SHARE) ? random.pick(list) : list[region.habit(index, atHospital ? 2 : 3, list.length)]!
  }

  private codesAt(institution: Institution, at: number): Counter['codesFor'] {
    const { issuer, deliveries, region } = this.world
    if (!institution.uploads) return (item, packages) => issuer.traceCodes(item, packages)
    let room = this.stockrooms.get(institution)
    if (room === undefined) {
      room = new Stockroom(institution, issuer, deliveries, region.calendar)
      this.stockrooms.set(institution, room)
    }
    const open = room
    return (item, packages) => open.take(item, packages, at)
  }
}

const MED_TYPES = { OP: '11', ER: '13', MAT_OP: '51' } as const

/** Nobody comes back before the medicine is nearly used up. */
const nextVisit = (day: number, lines: readonly Line[]): number => day + Math.max(LEAST_PAUSE, supplyDays(lines) - LEAST_PAUSE)
