/** What a validator of JSON Schema says of a value that does not fit. */
export interface SchemaFault {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
  readonly message?: string
}

/** The first of the faults in one phrase; of a value that is none of those that are allowed, which ones these are. */
export function describeFault(faults: readonly SchemaFault[]): string {
  const [first] = faults
  if (first === undefined) return 'has a wrong type'
  const { keyword, instancePath, params, message = 'has a wrong type' } = first
  if (keyword === 'const') {
    const allowed = faults.flatMap((fault) =>
      fault.keyword === 'const' && fault.instancePath === instancePath
        ? [(fault.params as { allowedValue: unknown }).allowedValue]
        : [],
    )
    return `must be ${allowed.length > 1 ? 'one of ' : ''}${[...new Set(allowed)].join(', ')}`
  }
  if (keyword === 'additionalProperties' && 'additionalProperty' in params) {
    const name = String(params.additionalProperty)
    return MISSPELT.test(name) ? `has no member ${name}` : 'has a member that is not described'
  }
  return message
}

/** A name that somebody meant to be one of ours. Anything else may be a person's own data, and is not repeated. */
const MISSPELT = /^[a-z][a-zA-Z_]{0,31}$/
