import type { FeeLine } from '../../schemas/events.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { onSettlement } from '../kit/bills/finding.ts'
import { allViolating, paidLinesKnownTo } from '../kit/bills/paid-lines.ts'
import { answerableInstitution } from '../kit/bills/prescriber.ts'
import { itemName } from '../kit/items/item-name.ts'
import { withOthers } from '../kit/items/items-named.ts'
import { isKnownTo } from '../kit/items/known.ts'
import { settlementRule } from '../kit/parts/settlement-rule.ts'
import { counted } from '../kit/plain/counted.ts'
import type { ReferenceView } from '../reference.ts'

interface Restricted {
  readonly feedetl_sn: string
  readonly med_list_codg: string
  readonly name: string
  /** Whose level counts: the prescriber's for a prescription that is filled outside. */
  readonly institution: string
  readonly level: string
  readonly min_level: string
  /** It is the prescriber's, and not the one that settled. */
  readonly prescriber: boolean
  /** The institution is a branch of a medical community, which may bill for its head. */
  readonly branch: boolean
}

interface Evidence {
  readonly lines: readonly Restricted[]
  readonly vola_amt: number
}

interface Judged {
  readonly line: FeeLine
  readonly institution: string
  readonly level: string
  readonly min_level: string
  readonly prescriber: boolean
  readonly branch: boolean
}

/** `""` and words are no level; `"0"` is the level of the unrated. */
function isLevel(text: string | null | undefined): text is string {
  return text != null && /^[0-3]$/.test(text)
}

/** The lines with a limit, with whose level counts; a level that is not known is left empty. */
function limitedLines(visit: Visit, reference: ReferenceView): Judged[] {
  return paidLinesKnownTo(visit, 'level_limit').flatMap((line) => {
    const { med_list_codg, fee_ocur_time: at } = line
    const min_level = reference.best('level_limit', med_list_codg, at, visit)?.row.min_level
    if (!isLevel(min_level)) return []
    const institution = answerableInstitution(visit, line, at, reference)
    const { level, group_id } = reference.find('institution', institution, at)?.row ?? {}
    const prescriber = institution !== visit.fixmedins_code
    return [{ line, institution, min_level, level: isLevel(level) ? level : '', prescriber, branch: Boolean(group_id) }]
  })
}

/** POL-11 限医疗机构级别: an item that is paid at higher institutions only. */
export default defineDetector<Evidence, Record<string, never>>({
  id: 'POL-11',
  version: 2,
  title: { zh: '限医疗机构级别', en: 'Item paid at higher institutions only' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(六)' }],
  stages: ['pre', 'mid'],
  behaviour: '范围外纳入结算',
  params: {},
  parts: [
    settlementRule((visit, { reference }) => {
      const limited = limitedLines(visit, reference)
      const broken = limited.filter(({ level, min_level }) => level !== '' && level < min_level)
      if (broken.length === 0) return limited.some(({ level }) => level === '') ? 'REFERENCE_MISSING' : undefined
      const lines = allViolating(
        visit,
        broken.map(({ line }) => line),
      )
      const evidence = {
        lines: broken.map(({ line: { feedetl_sn, med_list_codg, fee_ocur_time }, ...rest }) => {
          return { feedetl_sn, med_list_codg, name: itemName(med_list_codg, fee_ocur_time, reference), ...rest }
        }),
        vola_amt: yuan(lines.reduce((sum, line) => sum + line.vola_amt, 0)),
      }
      // A branch that bills under its own code may have acted for the head of its community: it is heard first.
      const result = broken.every(({ branch }) => branch) ? 'suspicion' : 'violation'
      return onSettlement(visit, { result, severity: 3, lines, evidence })
    }, isKnownTo('level_limit')),
  ],
  explain({ lines, vola_amt }, language) {
    const [first] = lines
    if (!first) return ''
    const { name, min_level, level, prescriber } = first
    const amount = formatYuan(vola_amt * 100)
    const others = withOthers(
      lines.map(({ med_list_codg }) => med_list_codg),
      language,
    )
    return language === 'zh'
      ? `${name}限${LEVELS[min_level]}及以上机构，${prescriber ? '开方机构' : '本机构'}为${LEVELS[level]}，${others}${lines.length}条明细共${amount}元。`
      : `${name} is paid at level ${min_level} and above, the ${prescriber ? 'prescribing ' : ''}institution ${level === '0' ? 'is unrated' : `has level ${level}`}: ${others}${counted(lines.length, 'line')}, ${amount} yuan.`
  },
  example: {
    lines: [
      {
        ...{ feedetl_sn: '1', med_list_codg: 'ZC01AAA0010101000010', name: '抗肿瘤注射液(样例)' },
        ...{ institution: 'H99010100031', level: '1', min_level: '2', prescriber: false, branch: false },
      },
    ],
    vola_amt: 96,
  },
})

const LEVELS: Readonly<Record<string, string>> = { 0: '未定级', 1: '一级', 2: '二级', 3: '三级' }
