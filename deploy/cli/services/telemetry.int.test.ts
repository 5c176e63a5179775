import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { settlement } from '../../../detectors/testing/events.ts'
import { BIN } from '../../testing/cli.ts'

interface Traces {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[] }[]
}

test('Traces go to the collector that the standard variables name, the last of them before the process ends', async () => {
  const told: string[] = []
  const collector = createServer(async (request, response) => {
    const { resourceSpans } = JSON.parse(await text(request)) as Traces
    for (const { scopeSpans } of resourceSpans) for (const { spans } of scopeSpans) told.push(...spans.map(({ name }) => name))
    response.end('{}')
  })
  collector.listen(0, '127.0.0.1')
  await once(collector, 'listening')
  const dir = await mkdtemp(join(tmpdir(), 'fundwatch-telemetry-'))
  const file = join(dir, 'events.ndjson')
  await writeFile(file, JSON.stringify(settlement({ setl_id: 'S1' })))
  const { port } = collector.address() as AddressInfo
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }
  await promisify(execFile)(BIN, ['replay', file, '--data-dir', join(dir, 'data')], { env })
  expect(told.toSorted()).toEqual(['judge', 'range', 'read', 'store', 'tell'])
  collector.close()
  await rm(dir, { recursive: true })
})
