import type { Compile } from 'typebox/compile'
import { decimal } from '../../schemas/money.ts'

type Check = ReturnType<typeof Compile>
type Node = Record<string, unknown>

/** Columns that hold dictionary codes, which may come as integers (contract, "Boundaries"); ids never do. */
const DICTIONARY = new Set(['level', 'min_level', 'gend', 'list_type', 'insutype', 'insutypes', 'charge_types'])
const INDEX = /^\d+$/

/**
 * A reference row as its schema has it, where numbers are written as decimal strings and dictionary codes as integers, as
 * they may be in every event. What else is wrong with it stays.
 */
export function asWritten(row: object, check: Check): object {
  const copy = structuredClone(row)
  while (!check.Check(copy)) {
    let changed = false
    for (const { instancePath } of check.Errors(copy)) if (rewrite(copy as Node, instancePath, check)) changed = true
    if (!changed) break
  }
  return copy
}

/** Whether the value at the path was written in the other way, and is no more. */
function rewrite(row: Node, path: string, check: Check): boolean {
  const steps = path.split('/').slice(1)
  const last = steps.pop()
  if (last === undefined) return false
  const holder = steps.reduce<unknown>((node, step) => (node as Node | undefined)?.[step], row) as Node | undefined
  const value = holder?.[last]
  const column = INDEX.test(last) ? steps.at(-1) : last
  const other = otherForm(value, column ?? '')
  if (!holder || other === undefined) return false
  holder[last] = other
  // What is wrong in either form stays as it came.
  const isRight = [...check.Errors(row)].every(({ instancePath }) => instancePath !== path)
  if (!isRight) holder[last] = value
  return isRight
}

function otherForm(value: unknown, column: string): unknown {
  if (typeof value === 'number') return Number.isInteger(value) && DICTIONARY.has(column) ? String(value) : undefined
  if (typeof value !== 'string') return undefined
  const number = decimal(value)
  // Of so many digits some would be lost: they are an identity, and no number.
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : undefined
}
