import type { AlertFilter } from '../../schemas/wire.ts'
import type { Language } from './words.ts'

/** What the address bar says: everything needed to show the same page again. */
export interface Address {
  readonly language: Language
  readonly severity: readonly number[]
  readonly detectors: readonly string[]
  readonly alert: string
}

const list = (text: string | null): string[] => (text ? text.split(',').filter(Boolean) : [])

/** Reads `?lang=en&severity=1,2&detector_id=POL-01&alert=…`; what makes no sense is left out. */
export function readAddress(search: string, remembered: Language = 'zh'): Address {
  const params = new URLSearchParams(search)
  const lang = params.get('lang')
  return {
    language: lang === 'en' || lang === 'zh' ? lang : remembered,
    severity: list(params.get('severity'))
      .map(Number)
      .filter((severity) => [1, 2, 3, 4].includes(severity)),
    detectors: list(params.get('detector_id')).filter((id) => /^[A-Z]{3}-\d{2}$/.test(id)),
    alert: /^[0-9a-f]{32}$/.exec(params.get('alert') ?? '')?.[0] ?? '',
  }
}

export function writeAddress({ language, severity, detectors, alert }: Address): string {
  const parts = [
    language === 'en' ? 'lang=en' : 'lang=zh',
    severity.length > 0 && `severity=${severity.join(',')}`,
    detectors.length > 0 && `detector_id=${detectors.join(',')}`,
    alert && `alert=${alert}`,
  ]
  return `?${parts.filter(Boolean).join('&')}`
}

export function filterOf({ severity, detectors }: Address): AlertFilter {
  return {
    ...(severity.length > 0 && { severity: [...severity] }),
    ...(detectors.length > 0 && { detector_id: [...detectors] }),
  }
}
