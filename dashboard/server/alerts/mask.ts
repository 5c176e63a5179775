import type { Alert } from '../../../schemas/alert.ts'

/** A person's number as people see it: the first two and the last four characters; a short one is hidden entirely. */
export function maskNumber(number: string): string {
  return number.length < 10 ? '*'.repeat(Math.min(number.length, 4)) : `${number.slice(0, 2)}****${number.slice(-4)}`
}

// `psn_no`, `mulaid_psn_no`, `persons`, `other_person`, `payer` ...: evidence is free in its form, its names are not.
const PERSON_FIELD = /(^|_)(psn|psns|psn_no|psn_nos|person|persons|people|payer|payers)$/i

function* personNumbers(value: unknown, underPersonField: boolean): Generator<string> {
  if (typeof value === 'string') {
    if (underPersonField && value !== '') yield value
  } else if (Array.isArray(value)) {
    for (const item of value) yield* personNumbers(item, underPersonField)
  } else if (value !== null && typeof value === 'object') {
    for (const [name, item] of Object.entries(value)) yield* personNumbers(item, PERSON_FIELD.test(name))
  }
}

type Mask = (text: string) => string

/** Every person the alert names, wherever a detector has written the number. */
export function personsOf(alert: Alert): Set<string> {
  const numbers = new Set(personNumbers(alert.evidence, false))
  if (alert.psn_no) numbers.add(alert.psn_no)
  if (alert.subject_type === 'person' && alert.subject_id) numbers.add(alert.subject_id)
  return numbers
}

/** Hides every person the alert names, its sentences included. */
function maskFor(alert: Alert): Mask {
  const numbers = personsOf(alert)
  if (numbers.size === 0) return (text) => text
  const alternatives = [...numbers].map((number) => number.replace(/[^0-9A-Za-z]/g, '\\$&')).join('|')
  // Only whole words: a short number must not tear a date or another number.
  const whole = new RegExp(`(?<![0-9A-Za-z])(?:${alternatives})(?![0-9A-Za-z])`, 'g')
  return (text) => text.replace(whole, maskNumber)
}

function maskDeep(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map((item) => maskDeep(item, mask))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [mask(name), maskDeep(item, mask)]))
}

/** The alert with every person's number masked. */
export function maskAlert(alert: Alert): Alert {
  const mask = maskFor(alert)
  return {
    ...alert,
    psn_no: mask(alert.psn_no),
    subject_id: mask(alert.subject_id),
    bucket: mask(alert.bucket),
    title: mask(alert.title),
    why: mask(alert.why),
    explanation: { zh: mask(alert.explanation.zh), en: mask(alert.explanation.en) },
    evidence: maskDeep(alert.evidence, mask) as Alert['evidence'],
  }
}
