import { reference } from '../testing/events.ts'

/** Courses of very few days, of each kind. */
export default {
  knowledge: [
    reference('course', 'episode', { code: 'ADULT', max_days: 1 }),
    reference('course', 'visit', { code: 'BED', max_days: 1, per: 'VISIT' }),
    reference('course', 'life', { code: 'ONCO', max_days: 2, per: 'LIFETIME' }),
  ],
  params: { gap_days: 2 },
}
