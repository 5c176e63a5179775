import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Caller, Role } from './access/caller.ts'

/** Gives handlers the TypeScript types of their TypeBox schemas. */
interface TypeBoxProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
  readonly serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown
}

export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxProvider>

/** Who may call a route. */
export interface RouteRule {
  readonly method: string
  readonly url: string
  readonly access: 'everyone' | 'signed-in' | readonly Role[]
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route with its rule, as far as routes have been added. */
    readonly rules: readonly RouteRule[]
  }
  interface FastifyContextConfig {
    /** Who may call the route. Every route says it; a route without it stops the start. */
    access?: 'everyone' | 'signed-in' | readonly Role[]
    /** Allowed also to who must replace a one-time password first. */
    whilePasswordChange?: boolean
    /** Callers on this machine (loopback, not through a proxy) need no sign-in. */
    local?: boolean
  }
  interface FastifyRequest {
    caller: Caller | undefined
  }
}

/** The caller of a route that not everyone may call. */
export function callerOf(request: { readonly caller: Caller | undefined }): Caller {
  if (!request.caller) throw new Error('The route is open to everyone and has no caller.')
  return request.caller
}
