import type { FeeLine } from '../../schemas/events.ts'
import { formatYuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { type Context, defineDetector, type Visit } from '../detector.ts'
import { meansItem } from '../item-code.ts'
import { inPolicy, onSettlement, violating } from '../kit/bills/finding.ts'
import { soldCodes } from '../kit/bills/sold-codes.ts'
import { itemName } from '../kit/items/item-name.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'

interface Mismatch {
  readonly feedetl_sn: string
  readonly drug_trac_codg: string
  readonly prefix: string
  readonly med_list_codg: string
  readonly name: string
  /** What packages of the prefix are. */
  readonly expected: readonly string[]
  readonly expected_names: readonly string[]
}

interface Evidence {
  readonly mismatches: readonly Mismatch[]
  readonly codes: number
  readonly vola_amt: number
}

interface Params {
  readonly observations: number
}

/**
 * The first seven digits of a national code tell the product; other schemes have prefixes of other lengths. The longest that
 * is known says most of the package, as the longest region does of a place.
 */
const LENGTHS = [16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4]
const SHOWN_PRODUCTS = 5

type Row = ReferenceRow<'trace_product'>

interface Product {
  readonly prefix: string
  readonly codes: readonly string[]
  /** The mapping was seen too seldom elsewhere to be complete. */
  readonly unsure: boolean
}

function isAmong(codes: readonly string[], code: string): boolean {
  return codes.some((name) => meansItem(name, code))
}

/** What the longest prefix says; one that was seen too seldom speaks for a drug, and against one only where no other does. */
function productOf(
  trace: string,
  code: string,
  { setl_time }: Visit,
  { reference, params }: Context<Params>,
): Product | undefined {
  let doubtful: Product | undefined
  for (const length of LENGTHS) {
    if (length > trace.length) continue
    const known = reference.find('trace_product', trace.slice(0, length), setl_time)
    // Learned mappings may carry this column beyond those of the contract.
    const row: (Row & { readonly observations?: unknown }) | undefined = known?.row
    if (!known || !row?.codes?.length) continue
    const unsure = typeof row.observations === 'number' && row.observations < params.observations
    const product = { prefix: known.id, codes: row.codes, unsure }
    if (!unsure || isAmong(row.codes, code)) return product
    doubtful ??= product
  }
  return doubtful
}

/** MGT-19 追溯码与药品不符: the code on the package belongs to another drug than the one that was billed. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-19',
  version: 5,
  title: { zh: '追溯码与药品不符', en: 'Trace code of another drug' },
  category: 'MGT',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(四)' }],
  stages: ['mid'],
  behaviour: '串换',
  params: {
    observations: byDefault(20, 'a mapping that was seen less often is incomplete; one that tells no number is complete'),
  },
  parts: [
    settlementRule(
      (visit, context) => {
        const sold = soldCodes(visit)
        if (sold.length === 0) return undefined
        let known = 0
        let unsure = false
        const lines = new Map<string, FeeLine>()
        const mismatches: Mismatch[] = []
        for (const { trace: drug_trac_codg, line } of sold) {
          const product = line && productOf(drug_trac_codg, line.med_list_codg, visit, context)
          if (!line || !product) continue
          known++
          const { feedetl_sn, med_list_codg } = line
          const { prefix, codes } = product
          if (isAmong(codes, med_list_codg)) continue
          if (product.unsure) {
            unsure = true
            continue
          }
          lines.set(feedetl_sn, line)
          const called = (code: string) => itemName(code, line.fee_ocur_time, context.reference)
          const expected = codes.slice(0, SHOWN_PRODUCTS)
          const products = { name: called(med_list_codg), expected, expected_names: [...new Set(expected.map(called))] }
          mismatches.push({ feedetl_sn, drug_trac_codg, prefix, med_list_codg, ...products })
        }
        if (known === 0) return 'REFERENCE_MISSING'
        if (mismatches.length === 0) return unsure ? 'CONFIDENCE_LOW' : undefined
        const refs = [...lines.values()].map((line) => violating(visit.setl_id, line, inPolicy(line)))
        const vola_amt = refs.reduce((sum, line) => sum + line.vola_amt, 0)
        const evidence = { mismatches, codes: mismatches.length, vola_amt: vola_amt / 100 }
        return onSettlement(visit, { result: 'suspicion', severity: 2, lines: refs, evidence })
      },
      ({ drug_trac_info }) => drug_trac_info.length > 0,
    ),
  ],
  explain({ mismatches, codes, vola_amt }, language) {
    const [first] = mismatches
    if (!first) return ''
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${codes}个追溯码与所结算药品不符：${first.prefix}属${first.expected_names.join('、')}，结算为${first.name}，共${amount}元。`
      : `What was billed does not fit ${counted(codes, 'trace code')}: ${first.prefix} is ${first.expected_names.join(', ')}, billed as ${first.name}; ${amount} yuan.`
  },
  example: {
    mismatches: [
      {
        ...{ feedetl_sn: '1', drug_trac_codg: '81000010000000000001', prefix: '8100001' },
        ...{ med_list_codg: 'XJ01CAA040E001010100001', name: '阿莫西林胶囊', expected: ['XA02BCA001E001010100002'] },
        expected_names: ['奥美拉唑肠溶胶囊'],
      },
    ],
    codes: 1,
    vola_amt: 25,
  },
})
