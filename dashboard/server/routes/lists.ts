import type { FastifyRequest } from 'fastify'

/** Lets a list in an address be written `a=1,2` as well as `a=1&a=2`. Runs before validation. */
export function splitLists(names: readonly string[]) {
  return async (request: FastifyRequest): Promise<void> => {
    const query = request.query as Record<string, unknown>
    for (const name of names) {
      const value = query[name]
      if (typeof value === 'string') query[name] = value.split(',')
    }
  }
}
