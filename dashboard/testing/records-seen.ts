const ALERT_ROWS: readonly object[] = []

/** A settlement as `GET /settlements/{id}` answers it, made up: what the page is shown without a store. */
export const SETTLEMENT = {
  header: {
    setl_id: 'S1',
    mdtrt_id: 'M1',
    psn_no: 'P9****0001',
    gend: '1',
    age: 65,
    psn_type: '1501',
    insutype: '390',
    insu_admdvs: '990102',
    mdtrt_admdvs: '990102',
    fixmedins_code: 'H99010200001',
    med_type: '21',
    setl_time: '2026-01-05T09:31:07+08:00',
    chfpdr_code: 'D990102000011',
    dscg_way: '1',
    medfee_sumamt: 85.4,
    fund_pay_sumamt: 60,
  },
  institution_name: 'Example Hospital',
  voided_by: '',
  diagnoses: [{ code: 'J06.900', name: 'J06', main: true }],
  operations: [],
  lines: [
    {
      feedetl_sn: '1',
      med_list_codg: 'XJ01CAA040E001010100001',
      name: 'Amoxicillin',
      fee_ocur_time: '2026-01-05T09:10:00+08:00',
      cnt: 2,
      pric: 12.5,
      det_item_fee_sumamt: 25,
      doctor: 'D990102000012',
      traces: [{ code: '84000000000000000009', split: true }],
    },
  ],
  lines_count: 1,
  loose_traces: [],
  alerts: ALERT_ROWS,
  alert_lines: {},
}

/** An institution as `GET /entities/institution/{id}` answers it. */
export const ENTITY = {
  id: 'H99010200001',
  facts: {
    name: 'Example Hospital',
    kind: 'hospital',
    level: '3',
    beds: 75,
    agreement: [{ from: '2015-01-01', to: '2039-12-31', status: 'active' }],
  },
  activity: {
    settlements: 202,
    persons: 152,
    fund_pay_sumamt: 131_117,
    first: '2026-03-01T00:00:00+08:00',
    last: '2026-05-09T00:00:00+08:00',
  },
  settlements: [
    {
      setl_id: 'S1',
      setl_time: '2026-01-05T09:31:07+08:00',
      psn_no: 'P9****0001',
      fixmedins_code: 'H99010200001',
      med_type: '21',
      medfee_sumamt: 85.4,
      fund_pay_sumamt: 60,
      line_count: 2,
      voided: false,
    },
  ],
  alerts: { rows: ALERT_ROWS, total: { value: 0 } },
}

/** The same institution day by day. */
export const TIMELINE = {
  from: '2026-01-01',
  to: '2026-01-31',
  days: [
    { day: '2026-01-05', settlements: 12, fund_pay_sumamt: 720, alerts: [1, 2, 0, 0] },
    { day: '2026-01-06', settlements: 20, fund_pay_sumamt: 1_440, alerts: [0, 0, 1, 3] },
  ],
  stays: [],
  alerts_exact: true,
}
