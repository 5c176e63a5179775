import { reference } from '../testing/events.ts'

/** Items that are charged as if they were operations of one group. */
export default {
  knowledge: [
    reference('discount', 'group', { codes: ['ADULT', 'ONCO', 'CAPPED'], ratio: 0.5 }),
    reference('discount', 'other', { codes: ['ADULT', 'BED'] }),
    reference('price_cap', 'adult', { code: 'ADULT', cap: 11 }),
  ],
}
