import { Type } from 'typebox'
import { Me, PasswordOrder, TotpOffer } from '../../../schemas/workflow.ts'
import { SESSION_COOKIE, sessionOf } from '../access/authenticate.ts'
import type { Caller } from '../access/caller.ts'
import { type App, callerOf } from '../app.ts'
import type { Access } from '../ports.ts'
import { described, Nothing } from './described.ts'

const Code = Type.String({ pattern: '^\\d{6}$' })

const Credentials = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 128 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
    totp: Type.Optional(Code),
  },
  { additionalProperties: false },
)

const Ticket = Type.Object({ ticket: Type.String(), expires_in: Type.Integer({ description: 'seconds' }) })

function meOf({ username, roles, scope, institutions, passwordChange, totp }: Caller) {
  const lists = { roles: [...roles], scope: [...scope], institutions: [...institutions] }
  return { username, ...lists, password_change: passwordChange, totp }
}

/** How the session cookie travels; `secure`: by TLS only. */
export function cookieOptions(secure: boolean) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
}

/** Signing in and out, one's own password and second factor, and the pass to the socket. */
export function sessionRoutes(app: App, { access, secure }: { access: Access; secure: boolean }): void {
  const cookie = cookieOptions(secure)

  app.post(
    '/session',
    {
      config: { access: 'everyone' },
      schema: described('session', 'Sign in; sets the session cookie', { body: Credentials, answer: Me }),
    },
    async ({ body, ip }, reply) => {
      const { session, caller } = await access.signIn({ ...body, address: ip })
      reply.setCookie(SESSION_COOKIE, session, cookie)
      return meOf(caller)
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

  app.post(
    '/session/password',
    {
      config: { access: 'signed-in', whilePasswordChange: true },
      schema: described('session', 'Replace one’s own password; ends the other sessions', { body: PasswordOrder, answer: Me }),
    },
    async (request) => {
      const caller = callerOf(request)
      await access.changeOwnPassword(caller, request.body.current, request.body.password)
      return meOf({ ...caller, passwordChange: false })
    },
  )

  app.get(
    '/me',
    {
      config: { access: 'signed-in', whilePasswordChange: true },
      schema: described('session', 'Who is signed in', { answer: Me }),
    },
    async (request) => meOf(callerOf(request)),
  )

  app.post(
    '/me/totp',
    { config: { access: 'signed-in' }, schema: described('session', 'A secret for a second factor', { answer: TotpOffer }) },
    (request) => access.offerTotp(callerOf(request)),
  )

  app.post(
    '/me/totp/confirm',
    {
      config: { access: 'signed-in' },
      schema: described('session', 'Switch the offered second factor on', {
        body: Type.Object({ code: Code }, { additionalProperties: false }),
        answer: Me,
      }),
    },
    async (request) => {
      const caller = callerOf(request)
      await access.confirmTotp(caller, request.body.code)
      return meOf({ ...caller, totp: true })
    },
  )
}
