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
  if (keyword === 'additionalProperties' && 'additionalProperty' in params) return `has no member ${params.additionalProperty}`
  return message
}
