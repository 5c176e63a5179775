import { formatYuan } from '../../schemas/money.ts'
import { defineDetector } from '../detector.ts'
import { byDefault } from '../params.ts'
import { countyPart } from './ano-07.county.ts'
import type { Evidence, Params } from './ano-07.terms.ts'
import { wardPart } from './ano-07.ward.ts'

/**
 * ANO-07 聚集住院: people of one place and age, or with one disease, are admitted together. The institution finds its crowds;
 * the county, which sees several institutions, tells an epidemic from a scheme. A registered screening campaign is told as an
 * exception.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-07',
  version: 8,
  title: { zh: '聚集住院', en: 'Group admissions' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(一)' }],
  stages: ['mid'],
  behaviour: '诱导协助冒名或虚假就医购药',
  params: {
    admissions: byDefault(8, 'at least so many within 24 hours'),
    age_span: byDefault(10, 'years within which the ages of one origin lie'),
    origin_factor: byDefault(3, "times the cluster's own daily mean"),
    sigmas: byDefault(4, "standard deviations above the institution's daily mean"),
    disease_share: byDefault(0.6, 'share of one ICD category'),
    known_days: byDefault(3, 'built days that tell what is usual'),
    unknown_share: byDefault(0.6, "of all admissions of 24 hours, while nobody knows what is usual: the group's"),
    baseline_days: byDefault(60),
    same_stay_share: byDefault(0.7, 'leave after equally many days, one more or less'),
    outbreak_institutions: byDefault(3, 'of a county with the same disease'),
    outbreak_days: byDefault(7),
    outbreak_admissions: byDefault(5, 'with the disease at least, for an institution to have a surge'),
    outbreak_factor: byDefault(3, "times the institution's own usual number of the disease in as many days"),
  },
  parts: [wardPart, countyPart],
  explain({ day, groups, admissions, vola_amt }, language) {
    const largest = groups.reduce((a, b) => (b.admissions > a.admissions ? b : a))
    const { hours, origin, ages, diagnosis, diagnosis_share, usual_per_day } = largest
    const amount = formatYuan(vola_amt * 100)
    const share = Math.round(diagnosis_share * 100)
    if (language === 'zh') {
      const years = ages[0] === ages[1] ? `${ages[0]}岁` : `${ages[0]}至${ages[1]}岁`
      const who = origin ? `参保地${origin}、${years}` : `${share}%诊断为${diagnosis}`
      const all = admissions > largest.admissions ? `，连同其他聚集共${admissions}人次` : ''
      return `${day}前后${hours}小时内集中住院${largest.admissions}人次（${who}），平日每天${usual_per_day}人次${all}，已结算基金${amount}元。`
    }
    const years = ages[0] === ages[1] ? `${ages[0]}` : `${ages[0]} to ${ages[1]}`
    const who = origin ? `insured in ${origin}, aged ${years}` : `${share} % with ${diagnosis}`
    const all = admissions > largest.admissions ? `, with other groups ${admissions}` : ''
    return `${largest.admissions} admissions (${who}) within ${hours} hours around ${day}; usually ${usual_per_day} a day${all}; ${amount} yuan of the fund were settled.`
  },
  example: {
    day: '2026-03-12',
    fixmedins_code: 'H99010100001',
    groups: [
      {
        ...{ from: '2026-03-12T08:10:00+08:00', to: '2026-03-12T11:40:00+08:00', hours: 24, origin: '990103', ages: [66, 74] },
        ...{
          diagnosis: 'I63',
          diagnosis_share: 0.5,
          admissions: 12,
          usual_per_day: 0.8,
          same_stay_days: 7,
          same_stay_share: 0.83,
        },
      },
    ],
    admissions: 12,
    vola_amt: 42_600,
  },
})
