import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ExportedReport, exportedReport } from '../../../pipeline/report/export.ts'
import { type ReportLanguage, reportHtml } from '../../../pipeline/report/html.ts'
import { yesterday } from '../../../pipeline/report/periods.ts'
import { parseDay } from '../../../schemas/time.ts'
import { perform } from '../claim/control.ts'
import { type Command, type Invocation, requiredFlag, UsageError } from '../command.ts'
import { print, printJson } from '../output.ts'
import { loadConfig } from '../settings/config.ts'

const FORMATS = ['json', 'html'] as const
type Format = (typeof FORMATS)[number]
/** Digits of a region's code at each level. */
const LEVELS: Readonly<Record<string, number>> = { province: 2, city: 4, county: 6 }

export const report: Command = {
  usage: '[--date DAY] --out DIR [--format json,html]',
  summary: 'The daily summary: indicators of a day beside the day before, last week and the month.',
  flags: {
    date: { type: 'string', value: 'DAY', help: 'yyyy-MM-dd (yesterday)' },
    out: { type: 'string', value: 'DIR', help: 'where the files are written' },
    format: { type: 'string', value: 'LIST', help: `of ${FORMATS.join(', ')} (both)` },
    admdvs: { type: 'string', value: 'CODE', help: 'only what was treated or is insured in the region' },
    level: { type: 'string', value: 'LEVEL', help: 'province, city or county: how much of the code counts' },
    language: { type: 'string', value: 'LANG', help: 'of the page: zh, en (zh)' },
  },
  async run(invocation) {
    const { flags, json } = invocation
    const day = dayAsked(invocation)
    const out = requiredFlag(invocation, 'out')
    const [formats, language] = [formatsAsked(invocation), languageAsked(invocation)]
    const snapshot = await perform(loadConfig(flags).values, 'report', { day, scope: scopeAsked(invocation) })
    const exported = exportedReport(snapshot)
    mkdirSync(out, { recursive: true })
    const files = formats.map((format) => write(out, exported, format, language))
    if (json) printJson({ day, scope: snapshot.scope, edition: snapshot.edition, files })
    else for (const file of files) print(file)
    return 0
  },
}

function write(out: string, exported: ExportedReport, format: Format, language: ReportLanguage): string {
  const file = join(out, `report-${[exported.day, exported.scope].filter(Boolean).join('-')}.${format}`)
  writeFileSync(file, format === 'json' ? `${JSON.stringify(exported, undefined, 2)}\n` : reportHtml(exported, language))
  return file
}

function dayAsked({ flags }: Invocation): string {
  const day = typeof flags.date === 'string' ? flags.date : yesterday(Date.now())
  if (day.length !== 10 || Number.isNaN(parseDay(day)))
    throw new UsageError(`--date must be a day such as 2026-03-02, not ${day}.`)
  return day
}

function formatsAsked({ flags }: Invocation): Format[] {
  if (typeof flags.format !== 'string') return [...FORMATS]
  return flags.format.split(',').map((name) => {
    const format = FORMATS.find((known) => known === name.trim())
    if (!format) throw new UsageError(`--format knows ${FORMATS.join(' and ')}, not ${name}.`)
    return format
  })
}

function languageAsked({ flags }: Invocation): ReportLanguage {
  const language = flags.language ?? 'zh'
  if (language !== 'zh' && language !== 'en') throw new UsageError(`--language is zh or en, not ${language}.`)
  return language
}

function scopeAsked({ flags }: Invocation): string {
  const { admdvs = '', level } = flags
  if (typeof admdvs !== 'string' || !/^\d{0,6}$/.test(admdvs)) throw new UsageError('--admdvs is a code of up to six digits.')
  if (level === undefined) return admdvs
  const digits = LEVELS[String(level)]
  if (!digits || admdvs === '') throw new UsageError('--level is province, city or county, with --admdvs.')
  return admdvs.slice(0, digits)
}
