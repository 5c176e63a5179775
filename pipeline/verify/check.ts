/** One thing that was checked: what should be, and what is. */
export interface Check {
  readonly name: string
  readonly expected: string
  readonly found: string
  readonly ok: boolean
}

export function check(name: string, expected: string | number, found: string | number): Check {
  return { name, expected: String(expected), found: String(found), ok: String(expected) === String(found) }
}
