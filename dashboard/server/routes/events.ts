import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Type } from 'typebox'
import type { App } from '../app.ts'
import type { Ingest } from '../ports.ts'
import { Problem } from '../problems.ts'
import { described } from './described.ts'

const MIB = 1024 * 1024
const BODY_LIMIT = 64 * MIB
/** All bodies that may be in memory at once. */
const BODIES_LIMIT = 4 * BODY_LIMIT

const NDJSON = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']
const ARROW = 'application/vnd.apache.arrow.stream'

const Outcome = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer(),
  rejected: Type.Array(Type.Object({ line: Type.Integer(), code: Type.String(), message: Type.String() })),
})

const inflate = promisify(gunzip)

async function unzip(body: Buffer): Promise<Buffer> {
  try {
    return await inflate(body, { maxOutputLength: BODY_LIMIT })
  } catch (error) {
    throw new Problem(
      error instanceof RangeError ? 'TOO_LARGE' : 'REQUEST_INVALID',
      error instanceof RangeError ? undefined : 'The body is no gzip.',
    )
  }
}

/** What the body may take in memory, bytes: as much as it says, or the most it may. */
function claimOf(headers: { 'content-length'?: string; 'content-encoding'?: string }): number {
  const length = Number(headers['content-length'])
  return Number.isFinite(length) && headers['content-encoding'] === undefined ? Math.min(length, BODY_LIMIT) : BODY_LIMIT
}

/** Events from outside, as a plugin of its own: its bodies are bytes, not JSON. */
export async function eventRoutes(app: App, { ingest }: { ingest: Ingest }): Promise<void> {
  let claimed = 0

  app.removeAllContentTypeParsers()
  app.addContentTypeParser([...NDJSON, ARROW], { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
    done(null, body),
  )

  app.post(
    '/events',
    {
      bodyLimit: BODY_LIMIT,
      config: { access: ['ingest', 'sys_admin'] },
      schema: {
        ...described('events', 'Hand in events; answers when they are durable', { answer: Outcome }),
        body: { content: Object.fromEntries([...NDJSON, ARROW].map((type) => [type, { schema: Type.Unknown() }])) },
      },
      onRequest: async (request, reply) => {
        const encoding = request.headers['content-encoding']
        if (encoding !== undefined && encoding !== 'gzip') throw new Problem('MEDIA_TYPE_UNSUPPORTED', 'Only gzip is understood.')
        const claim = claimOf(request.headers)
        if (claimed + claim > BODIES_LIMIT) throw new Problem('BUSY')
        claimed += claim
        reply.raw.once('close', () => {
          claimed -= claim
        })
      },
    },
    async (request) => {
      const received = request.body as Buffer | undefined
      if (!received) throw new Problem('REQUEST_INVALID', 'There is no body.')
      const body = request.headers['content-encoding'] === 'gzip' ? await unzip(received) : received
      return ingest.submit(body, request.headers['content-type']!.split(';')[0]!.trim().toLowerCase())
    },
  )
}
