import type { Visit } from '../../detector.ts'
import type { ReferenceView } from '../../reference.ts'
import { GENDERS } from './genders.ts'

/** The settlement's gender, else the register's; one on which they disagree is none (MGT-15). */
export function knownGender({ psn_no, setl_time, gend }: Visit, reference: ReferenceView): string {
  const row = reference.find('person', psn_no, setl_time)?.row
  const [told, registered] = [gend, row?.gend ?? ''].map((one) => (one in GENDERS ? one : ''))
  return told && registered && told !== registered ? '' : told || registered || ''
}
