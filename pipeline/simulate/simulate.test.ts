import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { simulate } from './simulate.ts'
import { eventTime, fen, type Run, run, seconds } from './testing/stream.ts'

const small = { settlements: 300, seed: 5, days: 20 }
const clean: Run = run({ settlements: 1500, seed: 11, planted: false })

const MED_TYPE_SHARES = [
  { kind: 'pharmacy', med_types: ['41'], share: 0.471, lines: 2.2 },
  { kind: 'outpatient', med_types: ['11'], share: 0.353, lines: 5 },
  { kind: 'inpatient', med_types: ['21', '24', '52'], share: 0.053, lines: 250 },
  { kind: 'chronic', med_types: ['14'], share: 0.049, lines: 6 },
  { kind: 'other', med_types: ['13', '51', '28'], share: 0.074, lines: 4 },
]

describe('the simulated region', () => {
  it('is the same for the same seed', () => {
    expect(run(small).lines).toEqual(run(small).lines)
  })

  it('is another for another seed', () => {
    expect(run(small).lines).not.toEqual(run({ ...small, seed: 6 }).lines)
  })

  it('settles exactly as often as asked', () => {
    expect(clean.settlements).toHaveLength(1500)
  })

  it('counts planted settlements among those asked for', () => {
    expect(run({ settlements: 6000, seed: 3 }).settlements).toHaveLength(6000)
  })

  it('begins with the reference rows and ends with a heartbeat eight days after the last event', () => {
    const firstOther = clean.events.findIndex((event) => event.kind !== 'reference')
    expect(firstOther).toBeGreaterThan(500)
    expect(clean.events.slice(firstOther).filter((event) => event.kind === 'reference')).toEqual([])
    const times = clean.events.slice(0, -1).flatMap((event) => eventTime(event) ?? [])
    const last = times.toSorted().at(-1)!
    const heartbeat = clean.events.at(-1)!
    expect(heartbeat.kind).toBe('heartbeat')
    expect(seconds(heartbeat.time!) - seconds(last)).toBeGreaterThanOrEqual(8 * 86_400)
  })

  it.each(MED_TYPE_SHARES)(
    'has its share of $kind settlements, with as many fee lines as usual',
    ({ med_types, share, lines }) => {
      const ofKind = clean.settlements.filter((settlement) => med_types.includes(settlement.med_type))
      expect(ofKind.length / clean.settlements.length).toBeCloseTo(share, 2)
      const mean = ofKind.reduce((sum, settlement) => sum + settlement.feedetail.length, 0) / ofKind.length
      expect(mean).toBeGreaterThan(lines * 0.85)
      expect(mean).toBeLessThan(lines * 1.15)
    },
  )

  it('needs about nine kilobytes for a settlement', () => {
    const bytes = clean.lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0)
    expect(bytes / clean.settlements.length).toBeGreaterThan(8000)
    expect(bytes / clean.settlements.length).toBeLessThan(10_500)
  })

  it('keeps the identities of the data standard to the fen', () => {
    // Faulty data are planted, too (MGT-15): they own to half a yuan.
    const sound = run({ settlements: 600, seed: 2, days: 12 }).settlements.filter(({ psn_part_amt }) => fen(psn_part_amt) !== 50)
    const wrong = sound.flatMap((settlement) => {
      const [medfee, own, over, preself, scope] = MEDFEE.map((name) => fen(settlement[name]))
      const [fund, borne, hospital, account, cash] = PAYERS.map((name) => fen(settlement[name]))
      const sums = [
        medfee === own! + over! + preself! + scope!,
        medfee === fund! + borne! + hospital!,
        borne === account! + cash!,
        fund === FUNDS.reduce((sum, name) => sum + fen(settlement[name]), 0),
        medfee === settlement.feedetail.reduce((sum, line) => sum + fen(line.det_item_fee_sumamt), 0),
        scope === settlement.feedetail.reduce((sum, line) => sum + fen(line.inscp_scp_amt), 0),
        settlement.feedetail.every((line) => Math.abs(line.cnt * line.pric - line.det_item_fee_sumamt) <= 0.05),
      ]
      return sums.includes(false) ? [[settlement.setl_id, sums]] : []
    })
    expect(wrong).toEqual([])
  })

  it('has every field of the contract on every settlement, fee line and trace code', () => {
    const missing = clean.settlements.flatMap((settlement) => [
      ...HEADER.filter((name) => !(name in settlement)),
      ...settlement.feedetail.flatMap((line) => LINE.filter((name) => !(name in line))),
      ...settlement.drug_trac_info.flatMap((trace) => TRACE.filter((name) => !(name in trace))),
    ])
    expect(new Set(missing)).toEqual(new Set())
  })

  it('delivers a few settlements twice, byte for byte, and reuses no other identity', () => {
    const lines = clean.lines.filter((line) => line.startsWith('{"kind":"settlement"'))
    const twice = lines.length - clean.settlements.length
    expect(twice).toBeGreaterThan(0)
    expect(twice).toBeLessThan(clean.settlements.length * 0.01)
    expect(new Set(lines).size).toBe(clean.settlements.length)
  })

  it('takes a few settlements back, for the same person and institution', () => {
    const byId = new Map(clean.settlements.map((settlement) => [settlement.setl_id, settlement]))
    const voids = clean.events.filter((event) => event.kind === 'void')
    expect(voids.length).toBeGreaterThan(3)
    expect(voids.length).toBeLessThan(clean.settlements.length * 0.012)
    for (const event of voids) {
      const original = byId.get(event.orig_setl_id!)!
      expect([event.psn_no, event.fixmedins_code]).toEqual([original.psn_no, original.fixmedins_code])
      expect(event.setl_time! > original.setl_time).toBe(true)
    }
  })

  it('arrives within ten minutes of its order, stays within three days', () => {
    let latest = 0
    let disordered = 0
    const tooLate: string[] = []
    for (const event of clean.events) {
      const time = eventTime(event)
      if (time === undefined) continue
      const lag = latest - seconds(time)
      if (lag > (event.kind === 'admission' || event.kind === 'discharge' ? 72 * 3600 : 600))
        tooLate.push(`${event.kind} ${time}`)
      if (lag > 0) disordered++
      latest = Math.max(latest, seconds(time))
    }
    expect(tooLate).toEqual([])
    expect(disordered).toBeGreaterThan(20)
  })

  it('follows the week and the rush hours', () => {
    const office = clean.settlements.filter((settlement) => settlement.med_type === '11')
    const on = (day: number) =>
      office.filter(({ setl_time }) => new Date(`${setl_time.slice(0, 10)}T00:00:00Z`).getUTCDay() === day).length
    expect(on(1)).toBeGreaterThan(1.5 * on(0))
    const minute = (time: string) => Number(time.slice(11, 13)) * 60 + Number(time.slice(14, 16))
    const inRush = (at: number) => (at >= 480 && at < 690) || (at >= 840 && at < 1020)
    const rush = office.filter(({ setl_time }) => inRush(minute(setl_time)))
    expect(rush.length / office.length).toBeGreaterThan(0.85)
  })

  it('can begin on any day and last only one', () => {
    const { settlements } = run({ settlements: 120, seed: 4, planted: false, start: '2024-02-29', days: 1 })
    const outpatient = settlements.filter((settlement) => !/^(2|52)/.test(settlement.med_type))
    expect(settlements).toHaveLength(120)
    expect(new Set(outpatient.map((settlement) => settlement.setl_time.slice(0, 10)))).toEqual(new Set(['2024-02-29']))
  })

  it.each([{ settlements: 0 }, { settlements: 1.5 }, { days: 0 }, { start: 'March 2026' }])('refuses %o', (wrong) => {
    expect(() => simulate({ ...small, ...wrong }).next()).toThrow(RangeError)
  })
})

const MEDFEE = ['medfee_sumamt', 'fulamt_ownpay_amt', 'overlmt_selfpay', 'preselfpay_amt', 'inscp_scp_amt']
const PAYERS = ['fund_pay_sumamt', 'psn_part_amt', 'hosp_part_amt', 'acct_pay', 'psn_cash_pay']
const FUNDS = ['hifp_pay', 'cvlserv_pay', 'hifes_pay', 'hifmi_pay', 'hifob_pay', 'maf_pay', 'oth_pay']

const TRACE = ['feedetl_sn', 'drug_trac_codg', 'trdn_flag']

const HEADER = (
  'kind setl_id mdtrt_id psn_no gend brdy psn_type insutype insu_admdvs mdtrt_admdvs pay_loc fixmedins_code med_type ' +
  'mdtrt_cert_type setl_time begntime endtime dise_codg drg_code dscg_way chfpdr_code adm_dept_codg medfee_sumamt ' +
  'fulamt_ownpay_amt overlmt_selfpay preselfpay_amt inscp_scp_amt act_pay_dedc hifp_pay cvlserv_pay hifes_pay hifmi_pay ' +
  'hifob_pay maf_pay oth_pay fund_pay_sumamt psn_part_amt acct_pay psn_cash_pay acct_mulaid_pay hosp_part_amt balc diseinfo ' +
  'oprninfo feedetail drug_trac_info'
).split(' ')

const LINE = (
  'feedetl_sn rxno fee_ocur_time med_list_codg medins_list_codg med_list_name list_type med_chrgitm_type chrgitm_lv cnt pric ' +
  'det_item_fee_sumamt inscp_scp_amt pric_uplmt_amt selfpay_prop prd_days rx_circ_flag etip_flag er_flag hi_nego_drug_flag ' +
  'bilg_dept_codg bilg_dr_codg'
).split(' ')

describe('what is planted and what judges it', () => {
  const ROOT = new URL('../../', import.meta.url)
  const sourcesIn = (folder: string) =>
    (readdirSync(new URL(folder, ROOT), { recursive: true }) as string[])
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => [file, readFileSync(new URL(folder + file, ROOT), 'utf8')] as const)

  it('know nothing of each other', () => {
    const [simulator, detectors] = [sourcesIn('pipeline/simulate/'), sourcesIn('detectors/')]
    expect([simulator.length, detectors.length].every((count) => count > 80)).toBe(true)
    const imports = (sources: typeof simulator, folder: RegExp) =>
      sources.filter(([, code]) => [...code.matchAll(/(?:from|import\()\s*'([^']+)'/g)].some(([, from]) => folder.test(from!)))
    expect(imports(simulator, /\/detectors\//).map(([file]) => file)).toEqual([])
    expect(imports(detectors, /simulate/).map(([file]) => file)).toEqual([])
  })
})
