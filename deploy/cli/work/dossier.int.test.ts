import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { CaseRow } from '../../../schemas/workflow.ts'
import { fundwatch, fundwatchJson } from '../../testing/cli.ts'
import { ServerProcess } from '../../testing/server-process.ts'

const directory = await mkdtemp(join(tmpdir(), 'fundwatch-dossier-'))
afterAll(() => rm(directory, { recursive: true, force: true }))

interface Checked {
  readonly ok: boolean
  readonly checks: readonly { readonly what: string; readonly ok: boolean; readonly found: string }[]
}

test('A dossier computes the same finding again; one that was changed is told', async () => {
  const server = await ServerProcess.start(join(directory, 'data'), 'simulator')
  const [alert] = await server.alerts(1, '&detector_id=POL-01,POL-07,POL-10,POL-16&status=open')
  const { case_id } = await server.ask<CaseRow>('/cases', { alert_ids: [alert!.alert_id], gather: false })
  const taken = await server.ask<{ inputs: object[] }>(`/cases/${case_id}/dossier?reason=appeal`)
  const masked = await server.ask<object>(`/cases/${case_id}/dossier`)
  const pdf = await server.bytes(`/cases/${case_id}/dossier.pdf?lang=en&reason=appeal`)
  await server.kill('SIGTERM')
  const file = join(directory, 'dossier.json')
  await writeFile(file, JSON.stringify(taken))
  expect((await fundwatchJson<Checked>('dossier', file)).checks.filter(({ ok }) => !ok)).toEqual([])
  await writeFile(file, JSON.stringify({ ...taken, inputs: [...taken.inputs].reverse().slice(1) }))
  expect((await fundwatchJson<Checked>('dossier', file)).checks).toContainEqual(
    expect.objectContaining({ what: 'hash of inputs', ok: false }),
  )
  await writeFile(file, JSON.stringify(masked))
  expect((await fundwatch('dossier', file)).stderr).toContain('DOSSIER_MASKED')

  const pages = join(directory, 'dossier.pdf')
  await writeFile(pages, pdf)
  const { checks } = await fundwatchJson<Checked>('dossier', pages)
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
  expect(checks.map(({ what }) => what)).toContain('pages')
  const drawn = pdf.indexOf('] TJ')
  await writeFile(pages, Buffer.concat([pdf.subarray(0, drawn - 3), Buffer.from('7'), pdf.subarray(drawn - 2)]))
  expect((await fundwatchJson<Checked>('dossier', pages)).checks.filter(({ ok }) => !ok)).toMatchObject([{ what: 'pages' }])
  // Five processes, three of which judge anew: long on a busy machine.
}, 600_000)
