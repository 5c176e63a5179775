/** An item by the code under which it was charged, and by the one under which the rows of a table speak of it (`nameIn`). */
export interface NamedCode {
  readonly code: string
  readonly named: string
}

/** Nearly always both are one. */
export type PackedCode = string | readonly [code: string, named: string]

export function packCode({ code, named }: NamedCode): PackedCode {
  return named === code ? code : [code, named]
}

export function unpackCode(packed: PackedCode): NamedCode {
  if (typeof packed === 'string') return { code: packed, named: packed }
  const [code, named] = packed
  return { code, named }
}
