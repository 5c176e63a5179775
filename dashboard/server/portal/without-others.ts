import type { Alert } from '../../../schemas/alert.ts'

/** The form of an institution's code in this country. */
const INSTITUTION = /(?<![0-9A-Za-z])[HP]\d{11}(?![0-9A-Za-z])/g
const INSTITUTION_FIELD = /(^|_)(fixmedins(_code)?|institutions?|hospitals?|pharmac(y|ies)|medins(_id)?)$/i
const HIDDEN = '***'

/** The finding with every other institution hidden, its name and its settlements included. */
export function withoutOthers(alert: Alert, own: string, foreignSettlements: readonly string[]): Alert {
  const others = new Set(foreignSettlements)
  collect(alert.evidence, '', own, others)
  others.delete(own)
  const hide = (text: string) => {
    let shown = text.replace(INSTITUTION, (code) => (code === own ? code : HIDDEN))
    for (const other of others) shown = shown.replaceAll(other, HIDDEN)
    return shown
  }
  return { ...alert, title: hide(alert.title), explanation: { zh: hide(alert.explanation.zh), en: hide(alert.explanation.en) } }
}

/** Codes of other institutions in the evidence, and the names beside them. */
function collect(value: unknown, field: string, own: string, others: Set<string>): void {
  if (typeof value === 'string') {
    if (value !== '' && value !== own && INSTITUTION_FIELD.test(field)) others.add(value)
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, field, own, others)
  } else if (value !== null && typeof value === 'object') {
    const { fixmedins_code, name } = value as { fixmedins_code?: unknown; name?: unknown }
    const isOther = typeof fixmedins_code === 'string' && fixmedins_code !== own
    if (isOther && typeof name === 'string' && name !== '') others.add(name)
    for (const [key, item] of Object.entries(value)) collect(item, key, own, others)
  }
}
