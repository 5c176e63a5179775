import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { remotePipeline } from './remote.ts'

let server: Server | undefined
afterEach(() => server?.close())

interface Asked {
  readonly path: string
  readonly authorization: string | undefined
  readonly body: string
}

async function answering(status: number, answer: object): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  server = createServer(async (request, response) => {
    const { authorization } = request.headers
    asked.push({ path: request.url!, authorization, body: (await buffer(request)).toString() })
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test('Events and drafts go to the pipeline as they came, with its token', async () => {
  const { url, asked } = await answering(200, { accepted: 1, duplicates: 0, rejected: [] })
  const { ingest, screen } = remotePipeline({ url, token: 'machine' })
  expect(await ingest.submit(Buffer.from('{"kind":"heartbeat"}\n'), 'application/x-ndjson')).toMatchObject({ accepted: 1 })
  await screen.check({ setl_id: 'S' })
  expect(asked).toEqual([
    { path: '/api/v1/events', authorization: 'Bearer machine', body: '{"kind":"heartbeat"}\n' },
    { path: '/api/v1/screen', authorization: 'Bearer machine', body: '{"setl_id":"S"}' },
  ])
})

test('What the pipeline refuses is refused under the same code', async () => {
  const { url } = await answering(429, { code: 'BUSY', detail: 'later' })
  const { screen } = remotePipeline({ url, token: 'machine' })
  await expect(screen.check({})).rejects.toMatchObject({ code: 'BUSY', message: 'later' })
})

test('A pipeline that does not answer is not ready', async () => {
  const { screen } = remotePipeline({ url: 'http://127.0.0.1:1', token: 'machine' })
  await expect(screen.check({})).rejects.toMatchObject({ code: 'NOT_READY' })
})

test('Each worker answers for what it has, and the checks of one that does not answer are named', async () => {
  const [POL, MGT] = [{ rule_id: 'POL-01' }, { rule_id: 'MGT-01' }]
  const reply = { setl_id: 'S', results: [POL], skipped: [], slices: [0], elsewhere: [{ ...MGT, slice: 1 }] }
  const { url } = await answering(200, reply)
  const { screen } = remotePipeline({ url: `${url}, http://127.0.0.1:9`, token: 'machine' })
  expect(await screen.check({ setl_id: 'S' })).toEqual({
    ...{ setl_id: 'S', results: [POL] },
    skipped: [{ ...MGT, reason: 'NOT_OWNED' }],
  })
})
