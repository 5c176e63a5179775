import type { FastifyRequest, RouteOptions } from 'fastify'
import type { App } from '../app.ts'
import type { Access } from '../ports.ts'
import { Problem } from '../problems.ts'
import { bearerOf, callerFrom, isSameSite } from './authenticate.ts'
import { hasRole } from './caller.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

function isLocal(request: FastifyRequest): boolean {
  const proxied = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined
  return !proxied && LOOPBACK.test(request.socket.remoteAddress ?? '')
}

function requireRule({ method, url, config }: RouteOptions): void {
  if (!config?.access) throw new Error(`Route ${method} ${url} does not say who may call it.`)
}

/** Lets a request through to its route only as the route's rule says; works on all routes added after it. */
export function guard(app: App, access: Access): void {
  app.addHook('onRoute', requireRule)
  app.decorateRequest('caller', undefined)
  app.addHook('onRequest', async (request) => {
    const { access: rule, local } = request.routeOptions.config
    if (!SAFE_METHODS.has(request.method) && !bearerOf(request.headers) && !isSameSite(request.headers)) {
      throw new Problem('ORIGIN_REFUSED')
    }
    if (rule === undefined || rule === 'everyone') return
    if (local && isLocal(request)) return
    request.caller = await callerFrom(request.headers, access)
    if (!request.caller) throw new Problem('SIGN_IN_REQUIRED')
    if (rule !== 'signed-in' && !hasRole(request.caller, rule)) throw new Problem('ROLE_REQUIRED')
  })
}
