// Certificate and person numbers, as a database quotes them in its messages.
const NUMBER = /[A-Za-z]{0,2}\d{7,}[0-9Xx]*/g

/** What of an error may enter a log: personal data is masked in its message and its stack holds places only. */
export function loggable(error: unknown): { error: string; code?: string; message: string; stack: string } {
  if (!(error instanceof Error)) return { error: typeof error, message: '', stack: '' }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '))
  return { error: error.name, ...(code && { code }), message: error.message.replace(NUMBER, '****'), stack: frames.join('\n') }
}
