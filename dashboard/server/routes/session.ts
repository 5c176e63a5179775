import { Type } from 'typebox'
import { SESSION_COOKIE, sessionOf } from '../access/authenticate.ts'
import { ROLES } from '../access/caller.ts'
import { type App, callerOf } from '../app.ts'
import type { Access } from '../ports.ts'
import { described, Nothing } from './described.ts'

const Credentials = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 128 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
    totp: Type.Optional(Type.String({ pattern: '^\\d{6}$' })),
  },
  { additionalProperties: false },
)

const Me = Type.Object({
  username: Type.String(),
  roles: Type.Array(Type.Union(ROLES.map((role) => Type.Literal(role)))),
  scope: Type.Array(Type.String(), { description: 'admdvs of the regions that may be seen; 000000 is the whole country' }),
})

const Ticket = Type.Object({ ticket: Type.String(), expires_in: Type.Integer({ description: 'seconds' }) })

/** Signing in and out, and the pass to the socket. `secure`: the cookie travels by TLS only. */
export function sessionRoutes(app: App, { access, secure }: { access: Access; secure: boolean }): void {
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const

  app.post(
    '/session',
    {
      config: { access: 'everyone' },
      schema: described('session', 'Sign in; sets the session cookie', { body: Credentials, answer: Me }),
    },
    async ({ body }, reply) => {
      const { session, caller } = await access.signIn(body.username, body.password)
      reply.setCookie(SESSION_COOKIE, session, cookie)
      return { username: caller.username, roles: [...caller.roles], scope: [...caller.scope] }
    },
  )

  app.delete(
    '/session',
    { config: { access: 'everyone' }, schema: described('session', 'Sign out', { status: 204, answer: Nothing }) },
    async ({ headers }, reply) => {
      const session = sessionOf(headers)
      if (session) await access.signOut(session)
      reply.clearCookie(SESSION_COOKIE, cookie).code(204)
    },
  )

  app.post(
    '/session/ticket',
    {
      config: { access: 'signed-in' },
      schema: described('session', 'A single-use pass to the socket', { answer: Ticket }),
    },
    (request) => access.issueTicket(callerOf(request)),
  )

  app.get(
    '/me',
    { config: { access: 'signed-in' }, schema: described('session', 'Who is signed in', { answer: Me }) },
    async (request) => {
      const { username, roles, scope } = callerOf(request)
      return { username, roles: [...roles], scope: [...scope] }
    },
  )
}
