import { reference } from '../testing/events.ts'

/** Caps that two or three settlements exceed. */
export default {
  knowledge: [
    reference('benefit_cap', 'adults', { code: 'ADULT', year_cap: 30 }),
    reference('benefit_cap', 'bed', { code: 'BED', year_cap: 45.5 }),
  ],
}
