import { reference } from '../testing/events.ts'

/** Two items make a bundle that costs less; of three others any two make a kit. */
export default {
  knowledge: [
    reference('unbundling', 'bundle', { code: 'BUNDLE', components: ['ADULT', 'ONCO'], price: 12, type: 'bundle' }),
    reference('unbundling', 'kit', { code: 'ROUND', components: ['WATCH', 'CAPPED', 'DAILY'], type: 'kit' }),
  ],
}
