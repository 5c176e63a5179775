/** An error as a ClickHouse server words it; `clickhouseCode` as in its list of error codes. */
export class ClickHouseException extends Error {
  readonly clickhouseCode: number

  constructor(clickhouseCode: number, text: string, name: string) {
    super(`Code: ${clickhouseCode}. DB::Exception: ${text} (${name})`)
    this.clickhouseCode = clickhouseCode
  }
}

export const CODES = { UNKNOWN_EXCEPTION: 1002, SYNTAX_ERROR: 62, UNKNOWN_COMPRESSION_METHOD: 89, AUTHENTICATION_FAILED: 516 }

/** Codes that a server answers with another HTTP status than 500: what is asked for is wrong, is not there, or not allowed. */
const STATUS: Record<number, number> = {
  6: 400, // CANNOT_PARSE_TEXT
  26: 400, // CANNOT_PARSE_QUOTED_STRING
  27: 400, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  36: 400, // BAD_ARGUMENTS
  38: 400, // CANNOT_PARSE_DATE
  41: 400, // CANNOT_PARSE_DATETIME
  43: 400, // ILLEGAL_TYPE_OF_ARGUMENT
  44: 400, // ILLEGAL_COLUMN
  53: 400, // TYPE_MISMATCH
  62: 400, // SYNTAX_ERROR
  72: 400, // CANNOT_PARSE_NUMBER
  16: 404, // NO_SUCH_COLUMN_IN_TABLE
  46: 404, // UNKNOWN_FUNCTION
  47: 404, // UNKNOWN_IDENTIFIER
  50: 404, // UNKNOWN_TYPE
  56: 404, // UNKNOWN_STORAGE
  60: 404, // UNKNOWN_TABLE
  73: 404, // UNKNOWN_FORMAT
  81: 404, // UNKNOWN_DATABASE
  115: 404, // UNKNOWN_SETTING
  516: 403, // AUTHENTICATION_FAILED
}

export interface ExceptionReply {
  readonly status: number
  readonly code: number
  readonly text: string
}

/** What a server sends for this error, whether the engine raised it or this one did. */
export function exceptionReply(cause: unknown): ExceptionReply {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = (cause as { clickhouseCode?: number }).clickhouseCode ?? CODES.UNKNOWN_EXCEPTION
  const text = message.startsWith('Code: ') ? message : new ClickHouseException(code, message, 'UNKNOWN_EXCEPTION').message
  return { status: STATUS[code] ?? 500, code, text: `${text}\n` }
}
