import { DAY, HOUR, MINUTE } from './calendar.ts'
import { ACUTE_DRUGS, CONSULTATION, IMAGING, LABORATORY } from './catalogue.ts'
import { ACUTE, WARD_DIAGNOSES } from './diagnosis.ts'
import { admissionLine, dischargeLine, voidLine } from './events.ts'
import type { Doctor, Institution } from './institution.ts'
import { charge, tierPrice } from './item.ts'
import type { LineSpec, StaySpec, VisitSpec } from './script.ts'
import { Setting } from './setting.ts'
import { type Line, type Settlement, settlementLine } from './settlement.ts'
import { type Stay, wardLines } from './ward.ts'
import { credential, TERMS } from './world.ts'

/** The little world of one planted case or decoy: fresh people, and events that nobody else touches. */
export class Scene extends Setting {
  readonly setl_ids: string[] = []
  /** What the alert should be about; default: the last settlement. */
  subject = ''

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

  /** Somebody's visit to a hospital in the morning, with these lines. */
  visitWith(lines: readonly LineSpec[], person = this.person()): Settlement {
    return this.visit({ person, institution: this.hospital(), at: this.morning(), lines })
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

  /** Somebody's stay at a hospital, with these lines. */
  stayWith(lines: readonly LineSpec[], from: number, to: number, person = this.person()): Settlement {
    return this.stay({ person, institution: this.hospital(), from, to, lines })
  }

  void(of: Settlement, at: number, arrival = at): void {
    const { deliveries, issuer, region } = this.stage.world
    deliveries.send(arrival, voidLine(of, issuer.voidId(of.setl_id), at, region.calendar))
  }

  /** Any other event, as an object of the contract. */
  send(arrival: number, event: Readonly<Record<string, unknown>>): void {
    this.stage.world.deliveries.send(arrival, JSON.stringify(event))
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
