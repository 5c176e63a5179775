import type { ExportedReport, ExportedRow, ExportedValue } from './export.ts'
import type { Unit } from './indicators.ts'
import { PERIODS, type PeriodName } from './periods.ts'

export type ReportLanguage = 'zh' | 'en'

const WORDS = {
  zh: {
    ...{
      title: '医保基金监管日报',
      scope: '范围',
      everywhere: '全部',
      edition: '第{}版',
      created: '生成时间',
      indicator: '指标',
    },
    ...{ day: '当日', previous_day: '前一日', week_before: '上周同日', month_to_date: '本月累计', change: '环比' },
    ...{ month_last_year: '去年同月同期', year_change: '月累计同比' },
    ...{ week_change: '较上周同日', split: '基金支付构成（元）', suppressed: '不足5人', none: '—', versions: '规则版本' },
    note: '口径：按结算时间统计有效结算，撤销冲减原结算日；不足5人的单元格不予显示。',
  },
  en: {
    ...{ title: 'Daily summary of the medical insurance fund', scope: 'Scope', everywhere: 'all', edition: 'Edition {}' },
    ...{ created: 'Made', indicator: 'Indicator', day: 'Day', previous_day: 'Day before', week_before: 'Same weekday last week' },
    ...{
      month_to_date: 'Month to date',
      change: 'On the day before',
      week_change: 'On last week',
      month_last_year: 'Same days of the month last year',
      year_change: 'Month on last year',
      split: 'Payment by fund (yuan)',
    },
    ...{ suppressed: 'under 5 persons', none: '—', versions: 'Rule versions' },
    note: 'Valid settlements by time of settlement; a void corrects the day of its original. Cells of fewer than 5 persons are not shown.',
  },
} as const

const FUNDS: Readonly<Record<string, { zh: string; en: string }>> = {
  hifp_pay: { zh: '统筹基金', en: 'pooled fund' },
  cvlserv_pay: { zh: '公务员补助', en: 'civil servants’ subsidy' },
  hifes_pay: { zh: '企业补充', en: 'enterprise supplement' },
  hifmi_pay: { zh: '居民大病', en: 'residents’ serious illness' },
  hifob_pay: { zh: '职工大额', en: 'employees’ large expenses' },
  maf_pay: { zh: '医疗救助', en: 'medical assistance' },
  hifdm_pay: { zh: '伤残人员', en: 'disabled persons' },
  oth_pay: { zh: '其他', en: 'other' },
}

const COLUMNS = PERIODS
const CHANGES = { previous_day: 'change', week_before: 'week_change', month_last_year: 'year_change' } as const
const CHANGED = Object.keys(CHANGES) as (keyof typeof CHANGES)[]

const STYLE = `body{font:14px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:96rem;padding:0 1rem;color:#1b2430}
h1{font-size:1.4rem;margin:0}p{margin:.3rem 0;color:#4a5666}table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{border-bottom:1px solid #d6dce4;padding:.4rem .6rem;text-align:right}th:first-child,td:first-child{text-align:left}
td small,th small{display:block;color:#6b7787;font-weight:normal}
.wide{overflow-x:auto}.wide td,.wide small{white-space:nowrap}.wide th{min-width:4rem}.wide :first-child:is(th,td){position:sticky;left:0;background:#fff}
@media (max-width:40rem){.wide :first-child:is(th,td){white-space:normal;min-width:6.5rem}}
@media print{body{margin:0}.wide td,.wide small{white-space:normal}}`

/** The report as one page that needs nothing else. */
export function reportHtml(report: ExportedReport, language: ReportLanguage): string {
  const words = WORDS[language]
  const head = `<tr><th scope="col">${words.indicator}</th>${COLUMNS.map((name) => columnHead(report, name, language)).join('')}${CHANGED.map((name) => `<th scope="col">${words[CHANGES[name]]}</th>`).join('')}</tr>`
  const rows = report.indicators.map((row) => rowHtml(row, language)).join('\n')
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${words.title} ${report.day}</title><style>${STYLE}</style></head><body>
<h1>${words.title} ${report.day}</h1>
<p>${words.scope} ${escaped(report.scope || words.everywhere)} · ${words.edition.replace('{}', String(report.edition))} · ${words.created} ${report.created_at}</p>
<div class="wide"><table><thead>${head}</thead><tbody>
${rows}
</tbody></table></div>
<h2>${words.split}</h2>
${splitHtml(report, language)}
<p>${words.note}</p>
<p>${words.versions} ${escaped(
    Object.entries(report.versions.detectors)
      .map(([id, version]) => `${id} v${version}`)
      .join(' '),
  )}</p>
</body></html>
`
}

function columnHead({ periods }: ExportedReport, name: PeriodName, language: ReportLanguage): string {
  const { from, to } = periods[name]
  return `<th scope="col">${WORDS[language][name]}<small>${from === to ? from : `${from} – ${to}`}</small></th>`
}

function rowHtml({ zh, en, unit, values, change }: ExportedRow, language: ReportLanguage): string {
  const cells = COLUMNS.map((name) => `<td>${valueText(values[name], unit, language)}</td>`)
  const changes = CHANGED.map((name) => change[name]).map(
    (share) => `<td>${share === null ? WORDS[language].none : signed(share)}</td>`,
  )
  return `<tr><td>${language === 'zh' ? zh : en}</td>${[...cells, ...changes].join('')}</tr>`
}

function splitHtml({ fund_split }: ExportedReport, language: ReportLanguage): string {
  if (!fund_split) return `<p>${WORDS[language].suppressed}</p>`
  const rows = Object.entries(fund_split).map(
    ([name, amount]) =>
      `<tr><td>${FUNDS[name]?.[language] ?? escaped(name)}</td><td>${valueText({ value: amount, suppressed: false }, 'yuan', language)}</td></tr>`,
  )
  return `<table><tbody>${rows.join('')}</tbody></table>`
}

function valueText({ value, suppressed }: ExportedValue, unit: Unit, language: ReportLanguage): string {
  if (suppressed) return WORDS[language].suppressed
  if (value === null) return WORDS[language].none
  if (unit === 'share') return `${(value * 100).toFixed(2)}%`
  const digits = unit === 'count' ? 0 : 2
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function signed(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(2)}%`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
