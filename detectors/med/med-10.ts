import { isInpatient } from '../../schemas/med-class.ts'
import type { Instant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { keepVisit } from '../kit/bills/partners.ts'
import { byPrefix } from '../kit/care/by-prefix.ts'
import { isSupported, supportIn, supportOf } from '../kit/care/diagnosis-support.ts'
import { GENDERS } from '../kit/care/genders.ts'
import { isWestern } from '../kit/care/icd.ts'
import { knownGender } from '../kit/care/known-gender.ts'
import { mainDiagnosis } from '../kit/care/main-diagnosis.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'

interface Mismatch {
  readonly kind: 'operation_gender' | 'operation_diagnosis' | 'diagnosis_alone'
  /** The operation, or the diagnosis without lines. */
  readonly code: string
  /** The person's gender, or the main diagnosis. */
  readonly with: string
  /** What would have fitted: a gender, diagnoses, or lines. */
  readonly expected: readonly string[]
}

interface Coded extends Remembered {
  readonly stay: boolean
  readonly mid: boolean
  /** What is wrong in the settlement itself. */
  readonly wrong: readonly Mismatch[]
  /** Diagnoses with what the lines of the visit should show of them. */
  readonly expects: readonly (readonly [diagnosis: string, ...expected: string[]])[]
  readonly found: readonly string[]
}

const FORM: Form<Coded> = {
  pack: (coded) => [
    ...packHead(coded),
    (coded.stay ? 1 : 0) + (coded.mid ? 2 : 0),
    coded.wrong.map(({ kind, code, with: other, expected }) => [kind, code, other, expected]),
    coded.expects,
    coded.found,
  ],
  unpack(packed) {
    const [, , , bits, wrong, expects, found] = packed
    const unpackWrong = ([kind, code, other, expected]: [Mismatch['kind'], string, string, string[]]): Mismatch => {
      return { kind, code, with: other, expected }
    }
    return { stay: (bits & 1) !== 0, mid: (bits & 2) !== 0, wrong: wrong.map(unpackWrong), expects, found, ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly mismatches: readonly Mismatch[]
  readonly count: number
}

const WOMAN = '2'

interface Params {
  readonly male_operations: readonly string[]
  readonly female_operations: readonly string[]
}

/** The gender for which an operation is done, where it is for one only. */
function genderOf(code: string, at: Instant, visit: Visit, { params, reference }: Context<Params>): string {
  const [known] = byPrefix(reference, 'gender_limit', code, at, visit)
  if (known?.row.gend) return known.row.gend
  const isIn = (prefixes: readonly string[]) => prefixes.some((prefix) => code.startsWith(prefix))
  return isIn(params.male_operations) ? '1' : isIn(params.female_operations) ? '2' : ''
}

function mismatchesIn(visit: Visit, context: Context<Params>): Mismatch[] {
  const { oprninfo, med_class, begntime, setl_time } = visit
  const gend = knownGender(visit, context.reference)
  const at = begntime ?? setl_time
  const wrong: Mismatch[] = []
  const operations = oprninfo.flatMap(({ oprn_oprt_code }) => oprn_oprt_code || [])
  for (const code of new Set(operations)) {
    const wanted = genderOf(code, at, visit, context)
    // A newborn's operation is settled with its mother's birth.
    const isOfNewborn = med_class === 'MAT_IPT' && gend === WOMAN
    if (gend && wanted && wanted !== gend && !isOfNewborn)
      wrong.push({ kind: 'operation_gender', code, with: gend, expected: [wanted] })
  }
  const [operation] = operations
  const main = mainDiagnosis(visit)
  if (!operation || !main) return wrong
  const expected = byPrefix(context.reference, 'oprn_diag', operation, at, visit).flatMap(({ row }) => row.icd_prefixes ?? [])
  if (expected.length > 0 && !expected.some((prefix) => main.startsWith(prefix)))
    wrong.push({ kind: 'operation_diagnosis', code: operation, with: main, expected })
  return wrong
}

/** MED-10 手术/诊断编码不符: codes that do not fit the person, one another, or what was charged. */
export default defineDetector<Evidence, Params>({
  id: 'MED-10',
  version: 3,
  title: { zh: '手术/诊断编码不符', en: 'Coding inconsistency' },
  category: 'MED',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '39' },
    { law: '医疗保障基金使用监督管理条例', article: '38(七)' },
  ],
  stages: ['post'],
  behaviour: '高套病种编码',
  params: {
    male_operations: byDefault(['60', '61', '62', '63', '64'], 'ICD-9-CM-3 chapters of the male organs'),
    female_operations: byDefault(
      ['65', '66', '67', '68', '69', '70', '71', '72', '73', '74', '75'],
      'ICD-9-CM-3 chapters of the female organs and of obstetrics',
    ),
  },
  parts: [
    windowRule<Visit, Coded, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      key: visitOf,
      concerns: ({ med_class, oprninfo }) => oprninfo.length > 0 || isInpatient(med_class),
      form: FORM,
      keep: ({ stay }) => keepVisit(stay),
      remember(visit, context) {
        const stay = isInpatient(visit.med_class)
        const at = visit.begntime ?? visit.setl_time
        // Only a stay is coded so that every diagnosis must have been treated.
        const diagnoses = stay ? visit.diseinfo.filter(isWestern).map(({ diag_code }) => diag_code) : []
        const expects = [...new Set(diagnoses)].flatMap((code) => {
          const expected = supportOf(code, at, visit, context.reference)
          return expected ? [[code, ...expected] as const] : []
        })
        const wrong = mismatchesIn(visit, context)
        const mid = visit.mid_setl_flag === '1'
        // The lines of a settlement before the end may speak for a diagnosis that only the last one names.
        const found = expects.length > 0 || mid ? supportIn(visit) : []
        if (wrong.length === 0 && expects.length === 0 && found.length === 0) return undefined
        return { stay, mid, wrong, expects, found, ...remembered(visit) }
      },
      judge(told, { root }) {
        const finding = findingOn(root, told)
        const keep = together(told, keepVisit(told.some(({ stay }) => stay)))
        return { holds: finding ? [finding] : NOTHING_HOLDS, keep }
      },
    }),
  ],
  explain({ mismatches, count }, language) {
    const [first] = mismatches
    if (!first) return ''
    const { kind, code, with: other } = first
    const gender = GENDERS[other]?.[language] ?? other
    if (language === 'zh') {
      const said = {
        operation_gender: `手术${code}与患者性别(${gender})不符`,
        operation_diagnosis: `主手术${code}与主诊断${other}不符`,
        diagnosis_alone: `诊断${code}无任何相关收费`,
      }[kind]
      return `${said}，编码不符共${count}处。`
    }
    const said = {
      operation_gender: `Operation ${code} does not fit a ${gender} patient`,
      operation_diagnosis: `Main operation ${code} does not fit the main diagnosis ${other}`,
      diagnosis_alone: `Nothing that was charged speaks for diagnosis ${code}`,
    }[kind]
    return `${said}; ${counted(count, 'inconsistency', 'inconsistencies')} in all.`
  },
  example: {
    mismatches: [{ kind: 'operation_diagnosis', code: '51.2300', with: 'J18.900', expected: ['K80', 'K81'] }],
    count: 1,
  },
})

function findingOn(psn_no: string, told: readonly Coded[]): Finding<Evidence> | undefined {
  // While a stay goes on, what a diagnosis calls for may still come.
  const final = told.findLast(({ mid }) => !mid)
  const found = new Set(told.flatMap((one) => one.found))
  const wrong = told.flatMap((one) => one.wrong)
  const alone = (final?.expects ?? []).flatMap(([code, ...expected]): Mismatch[] =>
    isSupported(expected, found) ? [] : [{ kind: 'diagnosis_alone', code, with: '', expected }],
  )
  const all = new Map([...wrong, ...alone].map((mismatch) => [`${mismatch.kind}|${mismatch.code}`, mismatch]))
  if (all.size === 0) return undefined
  const accused = told.filter((one) => one.wrong.length > 0 || (one === final && alone.length > 0))
  const resting = restingOn(psn_no, accused)
  return {
    subject: { type: 'settlement', id: resting.setl_ids.at(-1)! },
    bucket: '',
    result: 'suspicion',
    severity: 3,
    ...resting,
    // A clue to up-coding, whose loss MED-09 tells.
    vola_amt: 0,
    lines: [],
    count: all.size,
    evidence: { mismatches: [...all.values()], count: all.size },
  }
}
