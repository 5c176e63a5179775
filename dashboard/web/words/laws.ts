import type { Language } from './words.ts'

/** Laws and rules that detectors rest on, in English; in Chinese they are cited by their own names. */
const LAWS_EN: Readonly<Record<string, string>> = {
  医疗保障基金使用监督管理条例: 'Regulations on the Supervision and Administration of the Use of Medical Security Funds',
  医疗保障基金使用监督管理条例实施细则:
    'Implementing Rules of the Regulations on the Supervision and Administration of the Use of Medical Security Funds',
  定点医药机构违法违规使用医保基金典型问题清单:
    'List of Typical Problems in the Unlawful Use of Medical Security Funds by Designated Institutions',
  关于建立定点医药机构相关人员医保支付资格管理制度的指导意见:
    'Guiding Opinions on Managing the Payment Qualification of Personnel of Designated Institutions',
  关于健全重特大疾病医疗保险和救助制度的意见: 'Opinions on Insurance and Assistance for Major and Serious Diseases',
  异地就医直接结算经办规程: 'Procedures for the Direct Settlement of Cross-Region Care',
  社会保险基金运行风险评估和预警: 'Risk Assessment and Early Warning of Social Insurance Funds',
  国家组织药品集中采购规则: 'Rules of the National Volume-Based Procurement of Drugs',
  处方管理办法: 'Measures for the Administration of Prescriptions',
  药品价格监测: 'Monitoring of Drug Prices',
  医保总额预算管理: 'Management of the Global Budget',
  医保协议考核指标: 'Indicators of the Assessment under the Agreement',
  医保协议管理: 'Management of the Agreement',
  'DRG/DIP付费规则': 'Rules of Payment by DRG/DIP',
}

/** Passages that have no number. */
const PASSAGES_EN: Readonly<Record<string, string>> = {
  '医保发〔2024〕23号': 'document 23 of 2024 of the National Healthcare Security Administration',
  '不得推诿拒收病人、减少服务内容、降低服务标准': 'no patient is turned away, and no service cut or lowered',
  个人负担比: 'personal burden ratio',
  人次人头比: 'visits per head',
  次均费用增长率: 'growth of the cost per visit',
  异常价格预警: 'warning of unusual prices',
  基金支出增长与结余可支付月数: 'growth of expenditure, and months that the balance lasts',
  大额医疗费用联审: 'joint review of large claims',
  完成约定采购量: 'agreed quantities are purchased',
  '年初预算、按月预付、超出部分暂缓拨付': 'a budget at the beginning of the year, paid by month; what exceeds it is deferred',
  '特例单议、除外支付': 'single review of special cases, payment outside of groups',
  高额医疗费用负担患者监测预警: 'monitoring and warning of patients with a high burden',
}

export function lawName(law: string, language: Language): string {
  return language === 'en' ? (LAWS_EN[law] ?? law) : law
}

export function passageName(passage: string, language: Language): string {
  return language === 'en' ? (PASSAGES_EN[passage] ?? passage) : passage
}
