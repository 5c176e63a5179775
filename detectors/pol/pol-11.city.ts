import { reference } from '../testing/events.ts'

/** A small hospital that may not have everything. */
export default {
  knowledge: [
    reference('institution', 'H2', { kind: 'hospital', level: '1', admdvs: '990201' }, { effective_from: '2020-01-01' }),
    reference('level_limit', 'second', { code: 'ADULT', min_level: '2' }),
    reference('level_limit', 'third', { code: 'ONCO', min_level: '3' }),
  ],
}
