import { inOnePiece, wire } from './wire.ts'

export interface Diagnosis {
  readonly code: string
  readonly name: string
  /** CHS-DRG group of a stay with it as main diagnosis; empty outside wards. */
  readonly drg: string
}

const diagnosis = (code: string, name: string, drg = ''): Diagnosis => ({ code, name, drg })

export const ACUTE: readonly Diagnosis[] = [
  diagnosis('J06.900', '急性上呼吸道感染'),
  diagnosis('J20.900', '急性支气管炎'),
  diagnosis('J02.900', '急性咽炎'),
  diagnosis('J30.400', '变应性鼻炎'),
  diagnosis('K29.700', '胃炎'),
  diagnosis('K21.900', '胃-食管反流'),
  diagnosis('K52.900', '非感染性胃肠炎'),
  diagnosis('H10.900', '结膜炎'),
  diagnosis('L30.900', '皮炎'),
  diagnosis('M54.500', '下背痛'),
  diagnosis('R10.400', '腹痛'),
  diagnosis('S93.400', '踝扭伤和劳损'),
]

export const WARD_DIAGNOSES: readonly Diagnosis[] = [
  diagnosis('I63.900', '脑梗死', 'BR23'),
  diagnosis('J18.900', '肺炎', 'ES33'),
  diagnosis('I50.900', '心力衰竭', 'FR13'),
  diagnosis('K80.200', '胆囊结石', 'HC15'),
  diagnosis('N20.000', '肾结石', 'LJ15'),
  diagnosis('E11.900', '2型糖尿病', 'KS15'),
  diagnosis('I25.100', '动脉硬化性心脏病', 'FR33'),
  diagnosis('J44.100', '慢性阻塞性肺病伴有急性加重', 'ES35'),
  diagnosis('S72.000', '股骨颈骨折', 'IF25'),
  diagnosis('M51.200', '椎间盘移位', 'IF23'),
  diagnosis('K35.200', '急性阑尾炎伴有弥漫性腹膜炎', 'HL15'),
  diagnosis('G40.900', '癫痫', 'BR25'),
]

/** The n-th disease takes the n-th list of `CHRONIC_DRUGS`. */
export const CHRONIC_DISEASES: readonly (Diagnosis & { readonly dise_codg: string })[] = [
  { ...diagnosis('I10.x00', '特发性(原发性)高血压'), dise_codg: 'M03900' },
  { ...diagnosis('E11.900', '2型糖尿病'), dise_codg: 'M01600' },
  { ...diagnosis('I25.100', '动脉硬化性心脏病'), dise_codg: 'M04600' },
  { ...diagnosis('J44.900', '慢性阻塞性肺病'), dise_codg: 'M05300' },
  { ...diagnosis('B18.100', '慢性乙型病毒性肝炎'), dise_codg: 'M00200' },
  { ...diagnosis('M06.900', '类风湿性关节炎'), dise_codg: 'M06900' },
]

export const CATARACT = diagnosis('H25.900', '老年性白内障', 'CB29')
export const PREGNANCY = diagnosis('Z34.000', '首次正常妊娠的监督')
export const BIRTH = diagnosis('O80.000', '头位顺产', 'OR19')

const rendered = new Map<string, string>()

/** The `diseinfo` array, the first being the main diagnosis. */
export function diagnosesText(list: readonly Diagnosis[]): string {
  const key = list.length === 1 ? list[0]!.code : list.map((each) => each.code).join()
  let text = rendered.get(key)
  if (text === undefined) {
    const rows = list.map(
      (each, i) =>
        `{"diag_type":"1","maindiag_flag":"${i === 0 ? 1 : 0}","diag_srt_no":${i + 1},"diag_code":"${each.code}","diag_name":"${wire(each.name)}"}`,
    )
    text = inOnePiece(`[${rows.join()}]`)
    rendered.set(key, text)
  }
  return text
}
