import { reference } from '../testing/events.ts'

/** For inpatients, and by day surgery, and not over the internet. */
export default {
  knowledge: [
    reference('care_mode', 'wards', { code: 'ADULT', med_classes: ['IPT', 'DAYSURG'] }),
    reference('care_mode', 'clinics', { code: 'ONCO', med_classes: ['OP'] }),
  ],
}
