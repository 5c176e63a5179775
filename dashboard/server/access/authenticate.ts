import type { IncomingHttpHeaders } from 'node:http'
import { fastifyCookie } from '@fastify/cookie'
import type { Access } from '../ports.ts'
import type { Caller } from './caller.ts'

export const SESSION_COOKIE = 'fundwatch_session'

/** The session named by a request's cookie, `''` where there is none. */
export function sessionOf(headers: IncomingHttpHeaders): string {
  return (headers.cookie && fastifyCookie.parse(headers.cookie)[SESSION_COOKIE]) || ''
}

export function bearerOf({ authorization }: IncomingHttpHeaders): string {
  return authorization && /^bearer /i.test(authorization) ? authorization.slice(7).trim() : ''
}

/** Who sends these headers: by bearer token, else by cookie. A wrong token is nobody, whatever the cookie says. */
export async function callerFrom(headers: IncomingHttpHeaders, access: Access): Promise<Caller | undefined> {
  const token = bearerOf(headers)
  if (token) return access.byToken(token)
  const session = sessionOf(headers)
  return session ? access.bySession(session) : undefined
}

/**
 * Whether a request that may carry a cookie was made by our own page. Browsers always name the origin of an unsafe request
 * and of a socket; a client that names none is no browser, and nobody can make it send somebody else's cookie.
 */
export function isSameSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  if (headers.origin === undefined) return true
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host
}
