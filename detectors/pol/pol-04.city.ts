import { reference } from '../testing/events.ts'

const every = (code: string, days: number, row: object = {}) =>
  reference('frequency', `${code}-${days}`, { code, max_cnt: 1, period: 'N_DAYS', days, ...row })

/** Periods of a few days, once and twice, per person and per visit. */
export default {
  knowledge: [every('ADULT', 3), every('ONCO', 5, { max_cnt: 2 }), every('WATCH', 4, { per: 'VISIT' }), every('ONCO', 2)],
}
