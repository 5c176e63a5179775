/** A request that the server refused, with the stable code of its problem document. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  /** By which the server's log knows the request. */
  readonly requestId: string
  /** The whole problem document: a conflict says in it how things stand now. */
  readonly problem: Readonly<Record<string, unknown>>

  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    super(String(problem.detail ?? ''))
    this.status = status
    this.code = String(problem.code ?? status)
    this.requestId = String(problem.request_id ?? '')
    this.problem = problem
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Refused ? error.code : 'UNKNOWN'
}

/** Whether the server has no such route: a part of the product that this installation lacks. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Refused && error.code === 'ROUTE_UNKNOWN'
}

/** Whether nobody answered, or a server that starts, stops or is too busy: it may work again in a moment. */
export function isPassing(error: unknown): boolean {
  return error instanceof Refused && ['UNREACHABLE', 'NOT_READY', 'BUSY', '502', '503', '504'].includes(error.code)
}

const signOutListeners = new Set<() => void>()

/** Calls back when the server says that the sign-in has ended; returns the way to stop. */
export function onSignedOut(listener: () => void): () => void {
  signOutListeners.add(listener)
  return () => signOutListeners.delete(listener)
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const form = body instanceof Blob
  const answer = await fetch(`/api/v1${path}`, {
    method,
    ...(body !== undefined && {
      body: form ? body : JSON.stringify(body),
      headers: { 'content-type': form ? 'application/octet-stream' : 'application/json' },
    }),
  }).catch(() => {
    throw new Refused(0, { code: 'UNREACHABLE' })
  })
  if (answer.ok) return answer
  const problem = await answer.json().catch(() => ({}))
  if (answer.status === 401 && problem.code === 'SIGN_IN_REQUIRED') for (const listener of signOutListeners) listener()
  throw new Refused(answer.status, problem)
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await send(method, path, body)
  return answer.status === 204 ? (undefined as T) : answer.json()
}

/** The HTTP interface under `/api/v1`. */
export const client = {
  get: <T>(path: string) => call<T>('GET', path),
  file: (path: string) => send('GET', path, undefined).then((answer) => answer.blob()),
  post: <T>(path: string, body: unknown = {}) => call<T>('POST', path, body),
  put: <T>(path: string, body: unknown) => call<T>('PUT', path, body),
  patch: <T>(path: string, body: unknown) => call<T>('PATCH', path, body),
  delete: <T>(path: string) => call<T>('DELETE', path),
}

type Value = string | number | boolean | readonly (string | number)[] | undefined

/** `?a=1&b=2,3`; what is empty is left out. */
export function queryOf(values: Readonly<Record<string, Value>>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    const text = value === undefined ? '' : String(value)
    if (text !== '') params.set(name, text)
  }
  const text = params.toString()
  return text && `?${text}`
}
