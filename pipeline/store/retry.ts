import { setTimeout as sleep } from 'node:timers/promises'
import { FundwatchError } from '../../schemas/errors.ts'

/** Attempts of one call, and the wait before the second; each further wait is twice as long. */
export interface RetryPolicy {
  readonly attempts: number
  readonly firstWaitMs: number
}
export const PATIENT: RetryPolicy = { attempts: 6, firstWaitMs: 200 }

/** ClickHouse's own codes for what passes by itself. */
const TRANSIENT = new Set([
  '159', // TIMEOUT_EXCEEDED
  '202', // TOO_MANY_SIMULTANEOUS_QUERIES
  '209', // SOCKET_TIMEOUT
  '210', // NETWORK_ERROR
  '241', // MEMORY_LIMIT_EXCEEDED
  '242', // TABLE_IS_READ_ONLY
  '252', // TOO_MANY_PARTS
  '319', // UNKNOWN_STATUS_OF_INSERT
  '999', // KEEPER_EXCEPTION
])

/**
 * Calls until it succeeds. Only what may pass by itself is tried again, and only calls that are safe to repeat may be handed
 * in: reads, and inserts that carry a deduplication token.
 *
 * @throws FundwatchError `STORE_UNREACHABLE` where no answer came, `STORE_UNTRUSTED` where it is not known who would answer,
 * `STORE_REFUSED` where the store answered with an error
 */
export async function patiently<T>(call: () => Promise<T>, { attempts, firstWaitMs }: RetryPolicy): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (cause) {
      if (attempt >= attempts || !isTransient(cause)) throw named(cause)
      await sleep(firstWaitMs * 2 ** (attempt - 1))
    }
  }
}

function isTransient(cause: unknown): boolean {
  const code = engineCode(cause)
  return code === undefined ? isNetwork(cause) : TRANSIENT.has(code)
}

/** The engine's number for what went wrong: the client's `code`, or in process part of the text. */
function engineCode(cause: unknown): string | undefined {
  const { code, message } = cause as { code?: unknown; message?: string }
  if (typeof code === 'string' && /^\d+$/.test(code)) return code
  return /Code: (\d+)\./.exec(message ?? '')?.[1]
}

function isNetwork(cause: unknown): boolean {
  const { code, message } = cause as NodeJS.ErrnoException
  return (
    /^(ECONN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR)/.test(code ?? '') ||
    /timeout|socket hang up/i.test(message)
  )
}

/** A certificate that nobody we trust has issued, or that is another server's. */
function isUntrusted(cause: unknown): boolean {
  return /CERT|VERIFY_LEAF|ERR_TLS/.test((cause as NodeJS.ErrnoException).code ?? '')
}

/** What went wrong, under a name of ours. */
export function named(cause: unknown): FundwatchError {
  if (cause instanceof FundwatchError) return cause
  // A server that refuses before it reads the request, or a proxy before it, may say nothing.
  const message = (cause as Error).message || 'it does not say why'
  if (engineCode(cause) !== undefined) return new FundwatchError('STORE_REFUSED', `The store refused: ${message}`, { cause })
  if (isUntrusted(cause)) {
    return new FundwatchError('STORE_UNTRUSTED', `The store shows no certificate that clickhouse_ca trusts: ${message}`, {
      cause,
    })
  }
  return isNetwork(cause)
    ? new FundwatchError('STORE_UNREACHABLE', `The store does not answer: ${message}`, { cause })
    : new FundwatchError('STORE_REFUSED', `The store refused: ${message}`, { cause })
}
