import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterEach, expect, test } from 'vitest'
import { settlement } from '../../../detectors/testing/events.ts'
import { findDetectors } from '../../../pipeline/catalogue.ts'
import type { Slice } from '../../../pipeline/region/slice.ts'
import { TestPipeline } from '../../../pipeline/testing/engine-run.ts'
import { workerServer } from './worker-server.ts'

const BEARER = { authorization: 'Bearer machine' }
const DRAFT = settlement({ setl_id: 'D1' })

let server: FastifyInstance | undefined
let pipeline: TestPipeline | undefined
afterEach(async () => {
  await server?.close()
  await pipeline?.remove()
  pipeline = undefined
})

/** Of a worker with these slices. */
function serving(slices: readonly Slice[] = [], isReady = true): FastifyInstance {
  server = workerServer({ pipeline_token: 'machine' }, { slices, isReady }, new Registry())
  return server
}

const screen = (payload: string | object, headers: Record<string, string> = BEARER) =>
  server!.inject({ method: 'POST', url: '/api/v1/screen', headers: { 'content-type': 'application/json', ...headers }, payload })

test('A worker is ready when it has its share, and names it', async () => {
  const probe = async () => {
    const { statusCode, body } = await server!.inject('/readyz')
    return [statusCode, JSON.parse(body).checks.slices]
  }
  serving([{ index: 2 }, { index: 5 }] as Slice[])
  expect(await probe()).toEqual([200, '2, 5'])
  serving([], false)
  expect(await probe()).toEqual([503, 'none'])
  serving([{ index: 2, isStalled: true }, { index: 5 }] as Slice[], false)
  expect(await probe()).toEqual([503, '2 (stalled), 5'])
})

test('A draft is answered for the slices that are here, and by nobody without the token', async () => {
  pipeline = await new TestPipeline(await findDetectors()).open()
  serving([{ index: 0, engine: pipeline.engine }] as unknown as Slice[])
  expect((await screen(DRAFT)).json()).toMatchObject({ setl_id: 'D1', slices: [0] })
  expect((await screen(DRAFT, { authorization: 'Bearer other' })).json()).toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('What is no draft is refused by name', async () => {
  serving()
  expect((await screen('{broken')).json()).toMatchObject({ code: 'JSON_INVALID' })
  expect((await screen(JSON.stringify('x'.repeat(17 << 20)))).statusCode).toBe(413)
  const events = {
    method: 'POST',
    url: '/api/v1/events',
    headers: { 'content-type': 'application/x-ndjson' },
    payload: '{}',
  } as const
  const refusal = await server!.inject(events)
  expect(refusal.headers['content-type']).toContain('application/problem+json')
  expect(refusal.json()).toMatchObject({ type: 'urn:fundwatch:problem:KAFKA_ONLY', status: 409, code: 'KAFKA_ONLY' })
  expect((await server!.inject('/elsewhere')).json()).toMatchObject({ code: 'NOT_FOUND' })
})

test('Who hangs up in the midst of a draft disturbs nobody', async () => {
  await serving().listen({ port: 0, host: '127.0.0.1' })
  const address = server!.server.address() as { port: number }
  const head = ['POST /api/v1/screen HTTP/1.1', 'host: worker', 'authorization: Bearer machine', 'content-type: application/json']
  await new Promise<void>((done) => {
    const socket = connect(address.port, '127.0.0.1', () => {
      socket.write(`${head.join('\r\n')}\r\ncontent-length: 1000\r\n\r\n{"setl_id":`, () => socket.destroy())
    })
    socket.on('close', () => done())
  })
  expect((await server!.inject('/healthz')).json()).toEqual({ status: 'ok' })
})
