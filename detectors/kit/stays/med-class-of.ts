import { type MedClass, nationalMedClass } from '../../../schemas/med-class.ts'
import type { Instant } from '../../../schemas/time.ts'
import type { ReferenceView } from '../../reference.ts'

/** The province's own map (`admdvs-prefix:med_type`, longest prefix first), else the national stems. */
export function medClassOf(medType: string, admdvs: string, at: Instant, reference: ReferenceView): MedClass {
  for (let length = admdvs.length; length >= 0; length -= 2) {
    const mapped = reference.find('med_type_map', `${admdvs.slice(0, length)}:${medType}`, at)?.row.med_class
    if (mapped) return mapped as MedClass
  }
  return nationalMedClass(medType)
}
