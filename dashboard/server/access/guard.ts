import type { FastifyRequest, RouteOptions } from 'fastify'
import type { App, RouteRule } from '../app.ts'
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

function ruleOf({ method, url, config }: RouteOptions): RouteRule {
  if (!config?.access) throw new Error(`Route ${method} ${url} does not say who may call it.`)
  return { method: String(method), url, access: config.access }
}

/** Lets a request through to its route only as the route's rule says; works on all routes added after it. */
export function guard(app: App, access: Access): void {
  const rules: RouteRule[] = []
  app.decorate('rules', rules)
  app.addHook('onRoute', (route) => {
    rules.push(ruleOf(route))
  })
  app.decorateRequest('caller', undefined)
  app.addHook('onRequest', async (request) => {
    const { access: rule, local, whilePasswordChange } = request.routeOptions.config
    if (!SAFE_METHODS.has(request.method) && !bearerOf(request.headers) && !isSameSite(request.headers)) {
      throw new Problem('ORIGIN_REFUSED')
    }
    if (rule === undefined || rule === 'everyone') return
    if (local && isLocal(request)) return
    request.caller = await callerFrom(request.headers, access)
    if (!request.caller) throw new Problem('SIGN_IN_REQUIRED')
    if (request.caller.passwordChange && !whilePasswordChange) throw new Problem('PASSWORD_CHANGE_REQUIRED')
    if (rule !== 'signed-in' && !hasRole(request.caller, rule)) throw new Problem('ROLE_REQUIRED')
  })
}
