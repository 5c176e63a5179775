/** Evidence is free in its form: a picture is drawn only of what is really there. */
export type Plain = Readonly<Record<string, unknown>>

export function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

export function listOf(value: unknown): readonly Plain[] {
  return Array.isArray(value) ? value.filter(isPlain) : []
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The time that a field tells, in milliseconds; a date alone is its midnight in Beijing. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00+08:00` : value)
  return Number.isNaN(at) ? undefined : at
}
