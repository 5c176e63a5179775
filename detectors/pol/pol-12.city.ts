import { reference } from '../testing/events.ts'

/** Everybody in the city is insured as an employee. */
export default {
  knowledge: [
    reference('insutype_limit', 'births', { code: 'WOMEN', insutypes: ['510'] }),
    reference('insutype_limit', 'residents', { code: 'ADULT', insutypes: ['390'] }),
  ],
}
