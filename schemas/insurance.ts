/** 险种类型 (domain: data-standard 1.5), as people call them. */
export const INSURANCE_NAMES: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  '310': ['职工医保', 'employees'],
  '320': ['公务员补助', 'civil servants'],
  '330': ['大额补助', 'large expenses'],
  '340': ['离休保障', 'veteran cadres'],
  '350': ['残废军人补助', 'disabled servicemen'],
  '360': ['老红军保障', 'Red Army veterans'],
  '370': ['企业补充', 'enterprise supplement'],
  '380': ['新农合', 'rural cooperative'],
  '390': ['居民医保', 'residents'],
  '391': ['城镇居民医保', 'urban residents'],
  '392': ['居民大病', 'residents, serious illness'],
  '399': ['其他特殊人员', 'other special persons'],
  '410': ['长期照护', 'long-term care'],
  '510': ['生育', 'maternity'],
}

/** What an insurance is called in a sentence; a code that no dictionary knows, by itself. */
export function insuranceName(insutype: string, language: 'zh' | 'en'): string {
  const names = Object.hasOwn(INSURANCE_NAMES, insutype) ? INSURANCE_NAMES[insutype] : undefined
  if (names) return language === 'zh' ? names[0] : `insurance of ${names[1]}`
  return language === 'zh' ? `险种${insutype}` : `insurance type ${insutype}`
}
