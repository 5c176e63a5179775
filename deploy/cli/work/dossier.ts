import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dossier } from '../../../dashboard/server/dossier/dossier.ts'
import { packageInside } from '../../../dashboard/server/dossier/inside.ts'
import { renderDossier } from '../../../dashboard/server/dossier/render.ts'
import { replayFile } from '../../../pipeline/source/replay.ts'
import { alertsInStore } from '../../../pipeline/verify/digest.ts'
import type { Alert } from '../../../schemas/alert.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { openPipeline } from '../services/pipeline.ts'
import type { Config } from '../settings/config.ts'
import { letTimePass } from './replay.ts'

export interface DossierCheck {
  readonly what: string
  readonly ok: boolean
  readonly found: string
}

function hashOf(part: unknown): string {
  return createHash('sha256').update(JSON.stringify(part)).digest('hex')
}

/**
 * Whether a dossier is whole, and whether this program finds the same from its inputs.
 * @throws FundwatchError `DOSSIER_INVALID`, `DOSSIER_MASKED`
 */
export async function checkDossier(config: Config, path: string): Promise<DossierCheck[]> {
  const file = readFile(path)
  const isPdf = file.subarray(0, PDF.length).toString('latin1') === PDF
  const dossier = readDossier(path, isPdf ? packageInside(file) : file)
  const parts = dossier as unknown as Readonly<Record<string, unknown>>
  const whole = Object.entries({ ...dossier.hashes }).map(([name, hash]): DossierCheck => {
    const found = hashOf(parts[name])
    return { what: `hash of ${name}`, ok: found === hash, found }
  })
  const sealed = hashOf(dossier.hashes)
  if (isPdf) whole.push(await checkPages(file, dossier))
  if (dossier.masked) {
    throw new FundwatchError('DOSSIER_MASKED', 'Persons are masked in this dossier: take it with a reason to compute it again.')
  }
  const again = await computeAgain(config, dossier)
  const findings = dossier.alerts.map((alert): DossierCheck => {
    const found = again.get(alert.alert_id)
    const told = found ? `${found.status}, ${found.vola_amt} yuan` : 'nothing'
    return { what: `alert ${alert.alert_id}`, ok: found !== undefined && isSame(found, alert), found: told }
  })
  return [...whole, { what: 'hash of all', ok: sealed === dossier.hash, found: sealed }, ...findings]
}

function isSame(found: Alert, alert: Alert): boolean {
  return hashOf(factsOf(alert)) === hashOf(factsOf(found))
}

function factsOf({ detector_version, status, severity, result_type, vola_amt }: Alert): unknown[] {
  return [detector_version, status, severity, result_type, vola_amt]
}

const PDF = '%PDF-'

function readFile(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new FundwatchError('DOSSIER_INVALID', `${path} cannot be read.`, { cause: error })
  }
}

function readDossier(path: string, content: Buffer): Dossier {
  try {
    const dossier = JSON.parse(content.toString('utf8')) as Dossier
    if (Array.isArray(dossier.alerts) && Array.isArray(dossier.inputs) && dossier.hashes) return dossier
  } catch (error) {
    throw new FundwatchError('DOSSIER_INVALID', `${path} is no dossier that can be read.`, { cause: error })
  }
  throw new FundwatchError('DOSSIER_INVALID', `${path} is no dossier.`)
}

/** Whether the pages say what the package inside says: drawn again, they are the same file. */
async function checkPages(file: Buffer, dossier: Dossier): Promise<DossierCheck> {
  const language = file.includes('/Lang (zh-CN)') ? 'zh' : 'en'
  const again = await renderDossier(dossier, language)
  return { what: 'pages', ok: again.equals(file), found: createHash('sha256').update(again).digest('hex') }
}

/** Judges the inputs in a data directory of their own: knowledge first, then the events by their time. */
async function computeAgain(config: Config, { alerts, inputs, reference }: Dossier): Promise<Map<string, Alert>> {
  const directory = await mkdtemp(join(tmpdir(), 'fundwatch-dossier-'))
  try {
    const file = join(directory, 'inputs.ndjson')
    const events = inputs.map(({ event }) => event).sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1))
    await writeFile(file, `${[...reference, ...events].map((event) => JSON.stringify(event)).join('\n')}\n`)
    const detectors = [...new Set(alerts.map(({ detector_id }) => detector_id))].join(',')
    const own = { ...config, data_dir: join(directory, 'data'), clickhouse_url: '', postgres_url: '', detectors }
    const pipeline = await openPipeline(own)
    try {
      await replayFile(file, pipeline.engine, pipeline.memory, { resume: false })
      await letTimePass(pipeline)
      return new Map((await alertsInStore(pipeline.store)).map((alert) => [alert.alert_id, alert]))
    } finally {
      await pipeline.close()
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function timeOf(event: object): string {
  const { setl_time, endtime, begntime } = event as Record<string, string | undefined>
  return setl_time ?? endtime ?? begntime ?? ''
}
