import type { ScreenReply } from '../screen.ts'

/** What the slices that could be asked have answered to one draft, and which they are. */
export interface SlicesReply extends ScreenReply {
  readonly slices: readonly number[]
}

/** Answers of several as one. What nobody of them answers for is still elsewhere. */
export function joinReplies(replies: readonly SlicesReply[]): SlicesReply {
  const slices = [...new Set(replies.flatMap((reply) => reply.slices))]
  const results = new Map(
    replies.flatMap((reply) => reply.results).map((result) => [`${result.mdtrt_id} ${result.jr_id}`, result]),
  )
  const elsewhere = replies.flatMap((reply) => reply.elsewhere ?? []).filter(({ slice }) => !slices.includes(slice))
  return {
    setl_id: replies[0]?.setl_id ?? null,
    results: [...results.values()],
    skipped: replies.flatMap(({ skipped }) => skipped),
    elsewhere,
    slices,
  }
}

/** The whole answer: a check whose memory could not be asked is named. */
export function completeReply({ setl_id, results, skipped, elsewhere = [] }: SlicesReply): ScreenReply {
  const missing = [...new Set(elsewhere.map(({ rule_id }) => rule_id))]
  return { setl_id, results, skipped: [...skipped, ...missing.map((rule_id) => ({ rule_id, reason: 'NOT_OWNED' }))] }
}
