import { type Calendar, DAY, HOUR, MINUTE } from './calendar.ts'
import { BIRTH, CATARACT, type Diagnosis, WARD_DIAGNOSES } from './diagnosis.ts'
import { admissionLine, dischargeLine } from './events.ts'
import type { Doctor, Institution } from './institution.ts'
import { ELDER_BANDS, EVERY_BAND, MOTHER_BANDS } from './person.ts'
import type { Random } from './random.ts'
import type { Line, Settlement } from './settlement.ts'
import { daySurgeryLines, deliveryLine, laparoscopyLine, type Stay, wardLines } from './ward.ts'
import { credential, dispatch, TERMS, type World } from './world.ts'

const SHORTEST_STAY = 3
const LONGEST_STAY = 24
const MEAN_EXTRA_DAYS = 5.2
const BIRTH_SHARE = 0.04
const LATE_DISCHARGE_SHARE = 0.15
const LATE_DISCHARGE = 48 * HOUR
const LATE_ADMISSION_SHARE = 0.03
const DEATH_SHARE = 0.01

interface Kind {
  readonly med_type: string
  readonly bands: readonly number[]
  readonly diagnosis: Diagnosis
}

/** Ordinary stays, births and day surgery: an admission, then a discharge and the settlement with all its fee lines. */
export class Wards {
  private readonly world: World
  private readonly hospitals: readonly Institution[]
  private turn = 0

  constructor(world: World) {
    this.world = world
    this.hospitals = world.region.counties.flatMap((county) => county.hospitals)
  }

  admit(business: 'IPT' | 'DAYSURG', at: number): void {
    const { people, random } = this.world
    const kind = business === 'DAYSURG' ? DAY_SURGERY : wardKind(random)
    const { hospital, index } = this.placeFor(kind, at)
    const stay: Stay = {
      begntime: at,
      endtime: endOf(kind, at, random),
      institution: hospital,
      doctor: random.pick(hospital.ward),
    }
    const dies = kind.med_type === '21' && this.world.region.person(index).age >= 60 && random.chance(DEATH_SHARE)
    people.admitted(index, Math.floor(stay.endtime / DAY) + 2)
    if (dies) people.died(index)
    this.record(kind, index, stay, dies ? '5' : random.chance(0.03) ? '4' : '1')
  }

  private record(kind: Kind, index: number, stay: Stay, dscg_way: string): void {
    const { deliveries, issuer, random, region } = this.world
    const { calendar } = region
    const mdtrt_id = issuer.mdtrt_id()
    const person = region.person(index)
    const fixmedins_code = stay.institution.code
    const facts = { mdtrt_id, person, stay, med_type: kind.med_type, admitted_for: kind.diagnosis.code }
    deliveries.send(
      stay.begntime + (random.chance(LATE_ADMISSION_SHARE) ? random.between(1, 20) * HOUR : random.below(MINUTE)),
      () => admissionLine(facts, calendar),
    )
    const delay = random.chance(LATE_DISCHARGE_SHARE) ? random.between(HOUR, LATE_DISCHARGE) : random.below(5 * MINUTE)
    deliveries.send(stay.endtime + delay, () =>
      dischargeLine({ mdtrt_id, person, fixmedins_code, endtime: stay.endtime, dscg_way }, calendar),
    )
    const setl_time = stay.endtime + random.between(10, 90) * MINUTE
    const mdtrt_cert_type = credential(random)
    dispatch(this.world, setl_time, (): Settlement => {
      const { lines, operations } = this.treatment(kind, stay)
      const { diagnosis, med_type } = kind
      return {
        setl_id: issuer.setl_id(),
        mdtrt_id,
        person,
        institution: stay.institution,
        med_type,
        mdtrt_cert_type,
        setl_time,
        begntime: stay.begntime,
        endtime: stay.endtime,
        doctor: stay.doctor,
        diagnoses: [diagnosis],
        lines,
        terms: TERMS.stay,
        drg_code: diagnosis.drg,
        dscg_way,
        operations,
      }
    })
  }

  private treatment(kind: Kind, stay: Stay): { lines: readonly Line[]; operations: string } {
    const { issuer, random, region } = this.world
    if (kind === DAY_SURGERY) {
      return { lines: daySurgeryLines(random, stay), operations: operation('13.4100', stay, 1, random, region.calendar) }
    }
    const lines = wardLines(random, stay, (item, packages) => issuer.traceCodes(item, packages))
    if (kind.diagnosis === BIRTH) lines.push(deliveryLine(stay))
    if (kind.diagnosis.code !== 'K80.200') return { lines, operations: '[]' }
    lines.push(laparoscopyLine(stay))
    return { lines, operations: operation('51.2300', stay, 30, random, region.calendar) }
  }

  /** Hospitals take turns; a person whose age group was admitted there often enough today goes to the next one. */
  private placeFor(kind: Kind, at: number): { hospital: Institution; index: number } {
    const { admissions, people, region } = this.world
    for (let tries = 0; ; tries++) {
      const hospital = this.hospitals[this.turn++ % this.hospitals.length]!
      const index = people.inpatient(hospital.county, kind.bands, Math.floor(at / DAY))
      const { age } = region.person(index)
      if (tries < this.hospitals.length && admissions.isCrowded(hospital, at, age)) continue
      admissions.take(hospital, at, age)
      return { hospital, index }
    }
  }
}

const DAY_SURGERY: Kind = { med_type: '28', bands: ELDER_BANDS, diagnosis: CATARACT }

function wardKind(random: Random): Kind {
  if (random.chance(BIRTH_SHARE)) return { med_type: '52', bands: MOTHER_BANDS, diagnosis: BIRTH }
  return { med_type: random.chance(0.06) ? '24' : '21', bands: EVERY_BAND, diagnosis: random.pick(WARD_DIAGNOSES) }
}

function endOf(kind: Kind, at: number, random: Random): number {
  const day = Math.floor(at / DAY)
  if (kind === DAY_SURGERY) return day * DAY + random.between(15 * HOUR, 18 * HOUR)
  const extra = kind.med_type === '52' ? random.below(2) : Math.floor(-Math.log(1 - random.next()) * MEAN_EXTRA_DAYS)
  const days = Math.min(LONGEST_STAY, SHORTEST_STAY + extra)
  return (day + days) * DAY + (random.chance(0.6) ? random.between(9 * HOUR, 11.5 * HOUR) : random.between(14 * HOUR, 16 * HOUR))
}

function operation(code: string, stay: Stay, hoursIn: number, random: Random, calendar: Calendar): string {
  const surgeon: Doctor = random.pick(stay.institution.surgeons)
  const from = stay.begntime + hoursIn * HOUR
  const begin = calendar.text(from)
  return (
    `[{"oprn_oprt_code":"${code}","oprn_oprt_date":"${begin.slice(0, 10)}","oprn_begntime":"${begin}"` +
    `,"oprn_endtime":"${calendar.text(from + random.between(30, 100) * MINUTE)}","oper_dr_codg":"${surgeon.code}"}]`
  )
}
