import { describe, expect, it } from 'vitest'
import { groupBy, type OtherEvent, run, type SettlementEvent, seconds } from './testing/stream.ts'

/** What a detector could hold against ordinary traffic must not be there. */
const { events, settlements } = run({ settlements: 2000, seed: 21, planted: false, days: 30 })

const rows = (table: string) => new Map(events.filter((event) => event.table === table).map((event) => [event.id!, event.row!]))
const items = rows('item')
const institutions = rows('institution')
const DAY = 86_400
const dayOf = (time: string) => Math.floor(seconds(time) / DAY)
const isStay = ({ med_type }: SettlementEvent) => /^(2|52)/.test(med_type)
const outpatient = settlements.filter((settlement) => !isStay(settlement))
const stays = settlements.filter(isStay)
const byPerson = groupBy(settlements, (settlement) => settlement.psn_no)
const byTime = (list: SettlementEvent[]) => list.toSorted((a, b) => seconds(a.setl_time) - seconds(b.setl_time))

describe('ordinary traffic', () => {
  it('sees nobody twice on two consecutive days outside hospitals', () => {
    for (const visits of groupBy(outpatient, (visit) => visit.psn_no).values()) {
      const days = visits.map((visit) => dayOf(visit.setl_time)).sort((a, b) => a - b)
      days.slice(1).forEach((day, i) => {
        expect(day - days[i]!).toBeGreaterThanOrEqual(2)
      })
    }
  })

  it('admits nobody twice and treats no inpatient elsewhere', () => {
    expect(new Set(stays.map((stay) => stay.psn_no)).size).toBe(stays.length)
    for (const stay of stays) {
      const elsewhere = byPerson.get(stay.psn_no)!.filter((other) => other !== stay)
      for (const { setl_time } of elsewhere) expect(setl_time > stay.endtime || setl_time < stay.begntime).toBe(true)
    }
  })

  it('keeps everybody in the home county', () => {
    for (const visits of byPerson.values()) {
      expect(new Set(visits.map((visit) => institutions.get(visit.fixmedins_code)!.admdvs)).size).toBe(1)
    }
  })

  it('announces each stay once and ends it once, with the dates of its settlement', () => {
    for (const [kind, field] of [
      ['admission', 'begntime'],
      ['discharge', 'endtime'],
    ] as const) {
      const dates = new Map(events.filter((event) => event.kind === kind).map((event) => [event.mdtrt_id, event[field]]))
      expect(dates.size).toBe(stays.length)
      for (const stay of stays) expect(dates.get(stay.mdtrt_id)).toBe(stay[field])
    }
  })

  it('charges one bed, nursing and ward-round day for each day of a stay, and nothing outside it', () => {
    for (const stay of stays) {
      const days = Math.max(1, dayOf(stay.endtime) - dayOf(stay.begntime))
      for (const type of ['01', '02', '07']) {
        const lines = stay.feedetail.filter((line) => line.med_chrgitm_type === type)
        expect(lines.reduce((sum, line) => sum + line.cnt, 0)).toBeLessThanOrEqual(days)
      }
      expect(stay.feedetail.filter(({ fee_ocur_time: at }) => at < stay.begntime || at > stay.endtime)).toEqual([])
    }
  })

  it('treats on every day of a stay', () => {
    for (const stay of stays) {
      const days = new Set(stay.feedetail.filter((line) => line.list_type === '101').map((line) => dayOf(line.fee_ocur_time)))
      expect(days.size).toBeGreaterThanOrEqual(Math.max(1, dayOf(stay.endtime) - dayOf(stay.begntime)))
    }
  })

  it('has no line twice in a visit', () => {
    for (const { feedetail } of settlements) {
      const keys = feedetail.map((line) => [line.med_list_codg, line.cnt, line.pric, line.fee_ocur_time].join())
      expect(new Set(keys).size).toBe(keys.length)
    }
  })

  it('charges no more than the cap of an item', () => {
    const caps = new Map([...rows('price_cap').values()].map((row) => [row.code, row.cap as number]))
    const lines = settlements.flatMap((settlement) => settlement.feedetail)
    expect(lines.filter(({ med_list_codg, pric }) => !(pric <= caps.get(med_list_codg)!))).toEqual([])
  })

  it('gives nobody more medicine before the last is nearly used up', () => {
    const fills = outpatient.flatMap((visit) =>
      visit.feedetail.flatMap((line) => {
        const item = items.get(line.med_list_codg)!
        return line.list_type === '101'
          ? [{ key: `${visit.psn_no} ${item.pharm_class}`, time: visit.setl_time, days: line.prd_days! }]
          : []
      }),
    )
    expect(Math.max(...fills.map((fill) => fill.days))).toBe(28)
    for (const ofClass of groupBy(fills, (fill) => fill.key).values()) {
      const inOrder = ofClass.toSorted((a, b) => seconds(a.time) - seconds(b.time))
      inOrder.slice(1).forEach((fill, i) => {
        expect(dayOf(fill.time)).toBeGreaterThanOrEqual(dayOf(inOrder[i]!.time) + inOrder[i]!.days - 2)
      })
    }
  })

  it('prescribes for three days in an emergency, and at most five drugs at once', () => {
    for (const { med_type, feedetail } of settlements) {
      const drugs = feedetail.filter((line) => line.list_type === '101')
      if (med_type === '13') for (const line of drugs) expect(line.prd_days).toBeLessThanOrEqual(3)
      for (const rx of groupBy(drugs, (line) => line.rxno).values()) {
        expect(new Set(rx.map((line) => line.med_list_codg)).size).toBeLessThanOrEqual(5)
      }
    }
  })

  it('sells each package once, with a code that fits the drug, one for each package', () => {
    const codes = settlements.flatMap((settlement) => settlement.drug_trac_info.map((trace) => trace.drug_trac_codg))
    expect(new Set(codes).size).toBe(codes.length)
    const products = rows('trace_product')
    const wrong: unknown[] = []
    for (const { feedetail, drug_trac_info } of outpatient) {
      for (const line of feedetail.filter(({ list_type }) => list_type === '101')) {
        const own = drug_trac_info.filter((trace) => trace.feedetl_sn === line.feedetl_sn)
        const fitting = own.filter(({ drug_trac_codg: code }) => {
          const product = products.get(code.slice(0, 7))?.codes as string[] | undefined
          return /^\d{20}$/.test(code) && product?.includes(line.med_list_codg)
        })
        if (own.length !== line.cnt || fitting.length !== line.cnt) wrong.push(line)
      }
    }
    expect(wrong).toEqual([])
  })

  it('buys before it sells wherever purchases are sent', () => {
    const purchases = events.filter((event) => event.kind === 'inventory')
    const boughtAt = new Map(
      purchases.flatMap((event) => event.drug_trac_info!.map((box) => [box.drug_trac_codg, event] as const)),
    )
    const senders = new Set(purchases.map((event) => event.fixmedins_code))
    expect(senders.size).toBeGreaterThan(1)
    const sales = outpatient.filter((sale) => senders.has(sale.fixmedins_code))
    expect(sales.length).toBeGreaterThan(50)
    for (const { drug_trac_info, fixmedins_code, setl_time } of sales) {
      for (const { drug_trac_codg } of drug_trac_info) {
        const purchase: OtherEvent = boughtAt.get(drug_trac_codg)!
        expect(purchase.fixmedins_code).toBe(fixmedins_code)
        expect(purchase.time! < setl_time).toBe(true)
      }
    }
  })

  it('swipes no card within forty-five seconds of another at one pharmacy', () => {
    const sales = outpatient.filter((visit) => visit.med_type === '41')
    for (const ofPharmacy of groupBy(sales, (sale) => sale.fixmedins_code).values()) {
      const times = byTime(ofPharmacy).map((sale) => seconds(sale.setl_time))
      expect(times.slice(1).filter((time, i) => time - times[i]! < 45)).toEqual([])
    }
  })

  it('sees every doctor at the own institution, for fewer than sixty visits and sixteen hours a day', () => {
    const doctors = rows('doctor')
    for (const { fixmedins_code, feedetail, chfpdr_code } of settlements) {
      const codes = new Set([chfpdr_code, ...feedetail.map((line) => line.bilg_dr_codg)].filter((code) => code !== ''))
      for (const code of codes) expect(doctors.get(code)!.institutions).toContain(fixmedins_code)
    }
    const seen = outpatient.filter((visit) => visit.chfpdr_code !== '')
    for (const day of groupBy(seen, (visit) => visit.chfpdr_code + visit.setl_time.slice(0, 10)).values()) {
      const times = byTime(day).map((visit) => seconds(visit.setl_time))
      expect(day.length).toBeLessThan(60)
      expect(times.at(-1)! - times[0]!).toBeLessThan(16 * 3600)
    }
  })

  it('admits no crowd of one age to a hospital within a day', () => {
    const admissions = events.filter((event) => event.kind === 'admission')
    for (const list of groupBy(admissions, (event) => event.fixmedins_code!).values()) {
      for (const { begntime } of list) {
        const sameDay = list.filter((other) => Math.abs(seconds(other.begntime!) - seconds(begntime!)) < DAY / 2)
        const births = sameDay.map((other) => Number((other as { brdy?: string }).brdy!.slice(0, 4)))
        for (const year of births) expect(births.filter((other) => other >= year && other <= year + 10).length).toBeLessThan(8)
      }
    }
  })

  it('gives limited items only to whom they are meant for', () => {
    const genders = new Map([...rows('gender_limit').values()].map((row) => [row.code, row.gend]))
    const ages = new Map([...rows('age_limit').values()].map((row) => [row.code, row.max_years as number]))
    const indications = new Map([...rows('indication').values()].map((row) => [row.code, row.icd_prefixes as string[]]))
    let limited = 0
    for (const { gend, brdy, diseinfo, feedetail, setl_time } of settlements) {
      for (const { med_list_codg } of feedetail) {
        if (genders.has(med_list_codg)) expect(gend).toBe(genders.get(med_list_codg))
        if (ages.has(med_list_codg))
          expect((seconds(setl_time) - seconds(`${brdy} 00:00:00`)) / DAY / 365.25).toBeLessThan(ages.get(med_list_codg)!)
        if (indications.has(med_list_codg))
          expect(diseinfo.some(({ diag_code }) => indications.get(med_list_codg)!.includes(diag_code.slice(0, 3)))).toBe(true)
        if (genders.has(med_list_codg) || ages.has(med_list_codg) || indications.has(med_list_codg)) limited++
      }
    }
    expect(limited).toBeGreaterThan(100)
  })

  it('names only a few people, with identity numbers that cannot be real', () => {
    const named = settlements.filter((settlement) => settlement.certno !== undefined)
    expect(named.length / settlements.length).toBeGreaterThan(0.01)
    expect(named.length / settlements.length).toBeLessThan(0.06)
    for (const { certno } of named) {
      expect(certno).toMatch(/^99\d{15}[\dX]$/)
      expect(checkCharacter(certno!)).not.toBe(certno![17])
    }
  })
})

/** ISO 7064 MOD 11-2, as resident identity numbers use it. */
function checkCharacter(certno: string): string {
  let remainder = 0
  for (const digit of certno.slice(0, 17)) remainder = ((remainder + Number(digit)) * 2) % 11
  return '0123456789X'[(12 - remainder) % 11]!
}
