import { reference } from '../testing/events.ts'

/** A month must pass before anybody can say that a first-line drug was not tried. */
export default {
  knowledge: [
    reference('second_line', 'adults', { code: 'ADULT', first_line: ['DAILY'] }),
    reference('second_line', 'oncology', { code: 'ONCO', first_line: ['WATCH', 'ADULT'] }),
    reference('item', 'ADULT', { pharm_class: 'C1' }),
    reference('item', 'ONCO', { pharm_class: 'C1' }),
  ],
  params: { window_days: 30 },
}
