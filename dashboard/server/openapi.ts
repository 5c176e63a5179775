import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'

/** What the description of the interface begins with; routes add themselves by their schemas. */
export const OPENAPI: FastifyDynamicSwaggerOptions['openapi'] = {
  openapi: '3.1.0',
  info: {
    title: '医保基金哨兵 fundwatch',
    version: '1',
    description: 'Errors are problem documents (RFC 9457) with a stable `code`. Amounts are yuan, times ISO 8601 with +08:00.',
  },
  components: {
    securitySchemes: {
      session: { type: 'apiKey', in: 'cookie', name: 'fundwatch_session' },
      token: { type: 'http', scheme: 'bearer' },
    },
  },
  security: [{ session: [] }, { token: [] }],
}
