import { Type } from 'typebox'
import { SESSION_COOKIE } from '../access/authenticate.ts'
import type { Oidc } from '../access/oidc.ts'
import type { App } from '../app.ts'
import { loggable } from '../loggable.ts'
import type { Access } from '../ports.ts'
import { Problem } from '../problems.ts'
import { described, Nothing } from './described.ts'
import { cookieOptions } from './session.ts'

const JOURNEY_COOKIE = 'fundwatch_oidc'
const PATH = '/api/v1/session/oidc'
const JOURNEY_SECONDS = 600

/** The bureau's own sign-in, where one is configured. */
export function oidcRoutes(app: App, { access, oidc, secure }: { access: Access; oidc?: Oidc; secure: boolean }): void {
  // The bureau's page leads back here, so that this one cookie must come along from another site.
  const cookie = { path: PATH, httpOnly: true, sameSite: 'lax', secure, maxAge: JOURNEY_SECONDS } as const

  app.get(
    '/session/oidc',
    {
      config: { access: 'everyone' },
      schema: described('session', 'Whether the bureau’s own sign-in can be used', {
        answer: Type.Object({ enabled: Type.Boolean() }),
      }),
    },
    async () => ({ enabled: oidc !== undefined }),
  )

  app.get(
    '/session/oidc/start',
    {
      config: { access: 'everyone' },
      schema: described('session', 'Leads to the bureau’s sign-in', { status: 302, answer: Nothing }),
    },
    async (_request, reply) => {
      if (!oidc) throw new Problem('ROUTE_UNKNOWN')
      const { url, journey } = await oidc.begin()
      return reply.setCookie(JOURNEY_COOKIE, journey, cookie).redirect(url)
    },
  )

  app.get(
    '/session/oidc/callback',
    {
      config: { access: 'everyone' },
      schema: described('session', 'Where the bureau’s sign-in leads back to', { status: 302, answer: Nothing }),
    },
    async (request, reply) => {
      if (!oidc) throw new Problem('ROUTE_UNKNOWN')
      reply.clearCookie(JOURNEY_COOKIE, cookie)
      try {
        const { search } = new URL(request.url, 'http://localhost')
        const username = await oidc.finish(search, request.cookies[JOURNEY_COOKIE] ?? '')
        const { session } = await access.signInVouched(username, request.ip)
        return reply.setCookie(SESSION_COOKIE, session, cookieOptions(secure)).redirect('/')
      } catch (error) {
        request.log.warn(loggable(error), 'sign-in of the bureau refused')
        return reply.redirect('/?sign_in=refused')
      }
    },
  )
}
