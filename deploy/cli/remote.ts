import type { Ingest, Screen } from '../../dashboard/server/ports.ts'
import { FundwatchError } from '../../schemas/errors.ts'

/** Where the pipeline answers, and the token of a machine that may hand in events. */
export interface Remote {
  readonly url: string
  readonly token: string
}

const PATIENCE_MS = 60_000

/** Events and drafts are judged where the memory is: at the pipeline. */
export function remotePipeline(remote: Remote): { ingest: Ingest; screen: Screen } {
  return {
    ingest: { submit: (body, type) => ask(remote, 'events', new Uint8Array(body), type) },
    screen: { check: (draft) => ask(remote, 'screen', JSON.stringify(draft), 'application/json') },
  }
}

async function ask<T>({ url, token }: Remote, route: string, body: Uint8Array<ArrayBuffer> | string, type: string): Promise<T> {
  const answer = await fetch(new URL(`/api/v1/${route}`, url), {
    method: 'POST',
    headers: { 'content-type': type, authorization: `Bearer ${token}` },
    body,
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((error: Error) => {
    throw new FundwatchError('NOT_READY', `The pipeline does not answer: ${error.message}`, { cause: error })
  })
  const said = (await answer.json()) as T & { code?: string; detail?: string }
  if (answer.ok) return said
  throw new FundwatchError(said.code ?? 'NOT_READY', said.detail ?? 'The pipeline refused.')
}
