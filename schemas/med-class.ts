/** The classes to which every province's `med_type` is mapped (domain: data-standard 1.5). */
export const MED_CLASSES = [
  'OP',
  'ER',
  'CHRONIC',
  'IPT',
  'DAYSURG',
  'PHARM',
  'PHARM_CHRONIC',
  'MAT_OP',
  'MAT_IPT',
  'OTHER',
] as const
export type MedClass = (typeof MED_CLASSES)[number]

export const MED_CLASS_NAMES: Readonly<Record<MedClass, { readonly zh: string; readonly en: string }>> = {
  OP: { zh: '门诊', en: 'outpatient' },
  ER: { zh: '急诊', en: 'emergency' },
  CHRONIC: { zh: '门慢特病', en: 'chronic disease' },
  IPT: { zh: '住院', en: 'inpatient' },
  DAYSURG: { zh: '日间手术', en: 'day surgery' },
  PHARM: { zh: '药店购药', en: 'pharmacy' },
  PHARM_CHRONIC: { zh: '药店购药（门慢特）', en: 'chronic pharmacy' },
  MAT_OP: { zh: '生育门诊', en: 'maternity outpatient' },
  MAT_IPT: { zh: '生育住院', en: 'maternity inpatient' },
  OTHER: { zh: '其他', en: 'other' },
}

/** A class in words; itself where it is none that is known. */
export function medClassName(medClass: string, language: 'zh' | 'en'): string {
  return MED_CLASS_NAMES[medClass as MedClass]?.[language] ?? medClass
}

/** IPT* of the detector cards. */
export function isInpatient(medClass: MedClass): boolean {
  return medClass === 'IPT' || medClass === 'DAYSURG' || medClass === 'MAT_IPT'
}

/** PHARM* of the detector cards. */
export function isPharmacy(medClass: MedClass): boolean {
  return medClass === 'PHARM' || medClass === 'PHARM_CHRONIC'
}

/** The class of a `med_type` that no province map names (contract, reference table `med_type_map`). */
export function nationalMedClass(medType: string): MedClass {
  switch (medType.slice(0, 2)) {
    case '13':
      return 'ER'
    case '14':
      return 'CHRONIC'
    case '28':
      return 'DAYSURG'
    case '41':
      return 'PHARM'
    case '51':
      return 'MAT_OP'
    case '52':
      return 'MAT_IPT'
    case '53':
      return 'OP'
  }
  if (medType.startsWith('2')) return 'IPT'
  if (medType.startsWith('1')) return 'OP'
  return 'OTHER'
}
