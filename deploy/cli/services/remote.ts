import type { Ingest, Screen } from '../../../dashboard/server/ports.ts'
import { completeReply, joinReplies, type SlicesReply } from '../../../pipeline/region/screen.ts'
import type { ScreenReply } from '../../../pipeline/screen.ts'
import { FundwatchError } from '../../../schemas/errors.ts'

/** Where the pipeline answers, or each of its workers, comma-separated; and the token of a machine that may hand in events. */
export interface Remote {
  readonly url: string
  readonly token: string
}

const PATIENCE_MS = 60_000

/** Events and drafts are judged where the memory is: at the pipeline, or at its workers. */
export function remotePipeline({ url, token }: Remote): { ingest: Ingest; screen: Screen } {
  const remotes = url.split(',').map((each) => ({ url: each.trim(), token }))
  const [first] = remotes
  return {
    ingest: { submit: (body, type) => ask(first!, 'events', new Uint8Array(body), type) },
    screen: { check: (draft) => screenAt(remotes, JSON.stringify(draft)) },
  }
}

/** Each worker answers for the memory that it has. Whoever does not answer leaves checks out, and these are named. */
async function screenAt(remotes: readonly Remote[], draft: string): Promise<unknown> {
  const asked = remotes.map((remote) => ask<ScreenReply>(remote, 'screen', draft, 'application/json'))
  const settled = await Promise.allSettled(asked)
  const replies = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const refusals = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as FundwatchError] : []))
  // A draft that is no settlement is refused by all, and a pipeline that is alone answers for everything.
  const refusal = refusals.find(({ code }) => code !== 'NOT_READY') ?? (replies.length === 0 ? refusals[0] : undefined)
  if (refusal) throw refusal
  const slices = replies.filter((reply): reply is SlicesReply => 'slices' in reply)
  return slices.length > 0 ? completeReply(joinReplies(slices)) : replies[0]
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
