import { reference } from '../testing/events.ts'

/** Two people are registered for diseases whose lists hold few of the city's items. */
export default {
  knowledge: [
    reference('person', 'A', { chronic: [{ dise_codg: 'M1' }] }, { effective_from: '2020-01-01' }),
    reference('person', 'B', { chronic: [{ dise_codg: 'M2', to: '2026-03-03' }] }, { effective_from: '2020-01-01' }),
    reference('chronic_list', 'M1', { codes: ['ADULT', 'DAILY'] }),
    reference('chronic_list', 'M2', { codes: ['ONCO', 'WATCH', 'ROUND', 'BED'] }),
  ],
}
