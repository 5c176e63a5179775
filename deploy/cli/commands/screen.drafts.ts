/** One line of a file of drafts: what it says, or why it says nothing. */
export interface DraftLine {
  readonly line: number
  readonly draft?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

/** One JSON object, or one per line; empty lines are none. A line that is no JSON does not silence the others. */
export function draftsIn(text: string): DraftLine[] {
  const whole = parsed(text)
  if (whole !== undefined) return [{ line: 1, draft: whole }]
  return text.split('\n').flatMap((said, i): DraftLine[] => {
    if (said.trim() === '') return []
    const draft = parsed(said)
    const error = { code: 'JSON_INVALID', message: `Line ${i + 1} is no JSON.` }
    return [draft === undefined ? { line: i + 1, error } : { line: i + 1, draft }]
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
