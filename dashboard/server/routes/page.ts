import fastifyStatic from '@fastify/static'
import type { App } from '../app.ts'
import { Problem } from '../problems.ts'

/** Files whose name holds a hash of their content: the same name is the same file for ever. */
const HASHED = /^assets\//
const FILE = /\.[a-z0-9]+$/i

/**
 * The page: `roots` are searched in order. It holds no data, so that everyone may see the sign-in form. An address that is no
 * file is a place within the page, which finds its way itself.
 */
export async function pageRoutes(app: App, { roots }: { roots: readonly string[] }): Promise<void> {
  await app.register(fastifyStatic, { root: [...roots], serve: false, cacheControl: false, preCompressed: true })
  app.get('/*', { config: { access: 'everyone' }, schema: { hide: true } }, (request, reply) => {
    const path = (request.params as { '*': string })['*']
    if (path.startsWith('api/')) throw new Problem('ROUTE_UNKNOWN')
    reply.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    return reply.sendFile(FILE.test(path) ? path : 'index.html')
  })
}
