import type { Calendar } from './calendar.ts'
import { mix } from './random.ts'
import { tenDigits, wire } from './wire.ts'

export interface Person {
  readonly psn_no: string
  readonly gend: string
  /** `yyyy-MM-dd`; empty when unknown. */
  readonly brdy: string
  /** Years on the first day. */
  readonly age: number
  readonly psn_type: string
  readonly insutype: string
  readonly insu_admdvs: string
  readonly pay_loc: string
  /** Name, certificate and credential fields, for the few whose senders include them; rendered, with a leading comma. */
  readonly identity: string
}

/** Twenty kinds of people, in equal parts; `chronic` ones come back every 28 days for their disease. */
interface Band {
  readonly gend: '1' | '2'
  readonly from: number
  readonly to: number
  readonly chronic?: true
}

const BANDS: readonly Band[] = [
  { gend: '1', from: 2, to: 13 },
  { gend: '2', from: 2, to: 13 },
  { gend: '1', from: 15, to: 24 },
  { gend: '2', from: 15, to: 21 },
  { gend: '2', from: 23, to: 36 },
  { gend: '2', from: 24, to: 38 },
  { gend: '1', from: 25, to: 38 },
  { gend: '1', from: 30, to: 45 },
  { gend: '1', from: 39, to: 52 },
  { gend: '2', from: 39, to: 52 },
  { gend: '1', from: 45, to: 66, chronic: true },
  { gend: '2', from: 48, to: 70, chronic: true },
  { gend: '1', from: 56, to: 76, chronic: true },
  { gend: '2', from: 60, to: 80, chronic: true },
  { gend: '1', from: 66, to: 85, chronic: true },
  { gend: '1', from: 50, to: 65 },
  { gend: '2', from: 50, to: 66 },
  { gend: '2', from: 66, to: 88 },
  { gend: '1', from: 66, to: 87 },
  { gend: '2', from: 30, to: 60 },
]

export const BAND_COUNT = BANDS.length
export const MOTHER_BANDS = [4, 5]
export const CHRONIC_BANDS = [10, 11, 12, 13, 14]
export const ELDER_BANDS = [12, 13, 14, 17, 18]
export const EVERY_BAND = BANDS.map((_, i) => i)

/** Shares of people whose sender includes name and certificate number, and who are insured elsewhere (异地). */
const NAMED_ONE_IN = 33
const REMOTE_ONE_IN = 397
const ELSEWHERE = '999901'

const SURNAMES = ['赵', '钱', '孙', '李', '周', '吴', '郑', '王', '冯', '陈', '褚', '卫', '蒋', '沈', '韩', '杨']
const GIVEN = ['样一', '样二', '样三', '样四', '样五', '样六', '样七', '样八', '样九', '样十', '样百', '样千']

/** The person with this index; everything follows from the index, so that millions need no storage. */
export function personAt(index: number, band: number, admdvs: string, calendar: Calendar, salt: number): Person {
  const { gend, from, to } = BANDS[band]!
  const h = mix(index, salt)
  const years = from + (h % (to - from + 1))
  const worker = years >= 23 && (h >>> 8) % 100 < 45
  const remote = (h >>> 1) % REMOTE_ONE_IN === 5
  return makePerson({
    number: index,
    gend,
    age: years,
    brdy: calendar.birthday(years, (h >>> 7) % 364),
    insutype: worker ? '310' : '390',
    insu_admdvs: remote ? ELSEWHERE : admdvs,
    pay_loc: remote ? '3' : '2',
    named: (h >>> 5) % NAMED_ONE_IN === 7,
  })
}

/** Where the index puts somebody who is often ill: the disease of a chronic patient. */
export function diseaseOf(index: number, diseases: number): number {
  return mix(index, 77) % diseases
}

interface PersonTraits {
  readonly number: number
  readonly gend: string
  readonly age: number
  readonly brdy: string
  readonly insutype: string
  readonly insu_admdvs: string
  readonly pay_loc: string
  readonly named: boolean
}

export function makePerson(traits: PersonTraits): Person {
  const { number, gend, age, brdy, insutype, insu_admdvs, pay_loc } = traits
  return {
    psn_no: `P${tenDigits(number)}`,
    gend,
    brdy,
    age,
    psn_type: personType(insutype, age),
    insutype,
    insu_admdvs,
    pay_loc,
    identity: traits.named ? identityText(number, brdy, insu_admdvs) : '',
  }
}

function personType(insutype: string, age: number): string {
  if (insutype === '310') return age >= 60 ? '1201' : '1101'
  if (age < 7) return '1402'
  if (age < 19) return '1403'
  return age >= 60 ? '1601' : '1501'
}

function identityText(number: number, brdy: string, admdvs: string): string {
  const name = `${SURNAMES[number % SURNAMES.length]}${GIVEN[mix(number, 5) % GIVEN.length]}`
  const certno = invalidIdentityNumber(
    admdvs + brdy.replaceAll('-', '').padStart(8, '0') + String(number % 1000).padStart(3, '0'),
  )
  return `,"psn_name":"${wire(name)}","psn_cert_type":"01","certno":"${certno}","mdtrt_cert_no":"T99${tenDigits(number)}"`
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECK = '10X98765432'

/** An 18-character identity number whose check character is wrong on purpose: it can belong to nobody. */
function invalidIdentityNumber(seventeen: string): string {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += Number(seventeen[i]) * WEIGHTS[i]!
  return seventeen + CHECK[((sum % 11) + 3) % 11]
}
