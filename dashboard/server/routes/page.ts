import fastifyStatic from '@fastify/static'
import type { App } from '../app.ts'
import { Problem } from '../problems.ts'

/** The page: `roots` are searched in order. It holds no data, so that everyone may see the sign-in form. */
export async function pageRoutes(app: App, { roots }: { roots: readonly string[] }): Promise<void> {
  await app.register(fastifyStatic, { root: [...roots], serve: false, cacheControl: false })
  app.get('/*', { config: { access: 'everyone' }, schema: { hide: true } }, (request, reply) => {
    const path = (request.params as { '*': string })['*']
    if (path.startsWith('api/')) throw new Problem('ROUTE_UNKNOWN')
    return reply.header('cache-control', 'no-cache').sendFile(path === '' ? 'index.html' : path)
  })
}
