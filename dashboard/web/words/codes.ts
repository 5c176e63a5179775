import { INSURANCE_NAMES } from '../../../schemas/insurance.ts'
import type { Language } from './words.ts'

type Dictionary = Readonly<Record<string, readonly [zh: string, en: string]>>

const MED_TYPE: Dictionary = {
  '11': ['普通门诊', 'outpatient'],
  '12': ['门诊挂号', 'registration'],
  '13': ['急诊', 'emergency'],
  '14': ['门诊慢特病', 'outpatient, chronic'],
  '21': ['普通住院', 'inpatient'],
  '22': ['外伤住院', 'inpatient, injury'],
  '23': ['转外诊治住院', 'inpatient, referred'],
  '24': ['急诊转住院', 'inpatient from emergency'],
  '28': ['日间手术', 'day surgery'],
  '41': ['定点药店购药', 'pharmacy'],
  '51': ['生育门诊', 'maternity, outpatient'],
  '52': ['生育住院', 'maternity, inpatient'],
  '53': ['计划生育手术', 'family planning'],
}

const PSN_TYPE: Dictionary = {
  '11': ['在职', 'employed'],
  '12': ['退休', 'retired'],
  '13': ['离休', 'retired veteran cadre'],
  '14': ['居民（未成年）', 'resident, minor'],
  '15': ['居民（成年）', 'resident, adult'],
  '16': ['居民（老年）', 'resident, old'],
}

const GENDER: Dictionary = { '1': ['男', 'male'], '2': ['女', 'female'] }

const LEVEL: Dictionary = {
  '3': ['三级', 'tertiary'],
  '2': ['二级', 'secondary'],
  '1': ['一级', 'primary'],
  '0': ['未定级', 'unrated'],
}

const DICTIONARIES: Readonly<Record<string, Dictionary>> = {
  med_type: MED_TYPE,
  psn_type: PSN_TYPE,
  insutype: INSURANCE_NAMES,
  dscg_way: {
    '1': ['医嘱离院', 'discharged'],
    '2': ['医嘱转院', 'transferred'],
    '3': ['医嘱转社区', 'to community care'],
    '4': ['非医嘱离院', 'against advice'],
    '5': ['死亡', 'died'],
    '9': ['其他', 'other'],
  },
  mdtrt_cert_type: {
    '01': ['电子凭证', 'e-credential'],
    '02': ['身份证', 'identity card'],
    '03': ['社保卡', 'social security card'],
  },
  level: LEVEL,
  gend: GENDER,
  limit_gend: GENDER,
  // Evidence keeps the same codes under names of its own: POL-07, MGT-13, MED-10, POL-12, POL-11.
  registered_gend: GENDER,
  limit: GENDER,
  belongs_to: GENDER,
  with: GENDER,
  expected: GENDER,
  allowed: INSURANCE_NAMES,
  min_level: LEVEL,
}
/** Provinces divide these further: the first two digits are national. */
const STEMS: ReadonlySet<string> = new Set(['med_type', 'psn_type'])

/** What a code of the national data standard means; empty where it is not known. */
export function codeName(field: string, code: string, language: Language): string {
  const dictionary = DICTIONARIES[field]
  const known = dictionary?.[code] ?? (STEMS.has(field) ? dictionary?.[code.slice(0, 2)] : undefined)
  return known?.[language === 'zh' ? 0 : 1] ?? ''
}
