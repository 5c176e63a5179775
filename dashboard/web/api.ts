import type { Alert, AlertWorkflow } from '../../schemas/alert.ts'
import type { AlertFilter, AlertSummary } from '../../schemas/wire.ts'

export interface Me {
  readonly username: string
  readonly roles: readonly string[]
}

export interface Page {
  readonly rows: readonly AlertSummary[]
  readonly next: string | null
}

export interface Revision {
  readonly revision: number
  readonly status: Alert['status']
  readonly severity: number
  readonly vola_amt: number
  readonly count: number
  readonly detected_at: string
}

export type WholeAlert = Alert & Pick<AlertWorkflow, 'state'> & { readonly revisions: readonly Revision[] }

export type ParamSource = 'law' | 'local' | 'default'

/** A detector as the catalogue tells it, as far as this page shows it. */
export interface CatalogueEntry {
  readonly id: string
  readonly version: number
  readonly title: { readonly zh: string; readonly en: string }
  readonly params: Readonly<
    Record<string, readonly { readonly value: unknown; readonly source: ParamSource; readonly note?: string }[]>
  >
}

/** A request that the server refused, with the stable code of its problem document. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, detail: string) {
    super(detail)
    this.status = status
    this.code = code
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`/api/v1${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch(() => {
    throw new Refused(0, 'UNREACHABLE', '')
  })
  if (answer.ok) return answer.status === 204 ? (undefined as T) : answer.json()
  const problem = await answer.json().catch(() => ({}))
  throw new Refused(answer.status, problem.code ?? String(answer.status), problem.detail ?? '')
}

function query(filter: AlertFilter): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(filter)) params.set(name, String(value))
  return params.toString()
}

export const api = {
  me: () => call<Me>('GET', '/me'),
  signIn: (username: string, password: string) => call<Me>('POST', '/session', { username, password }),
  signOut: () => call<void>('DELETE', '/session'),
  alerts: (filter: AlertFilter, cursor: string | undefined, limit: number) =>
    call<Page>('GET', `/alerts?${query(filter)}&limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
  alert: (id: string) => call<WholeAlert>('GET', `/alerts/${id}`),
  detectors: () => call<{ rows: readonly CatalogueEntry[] }>('GET', '/detectors'),
}
