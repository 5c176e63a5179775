import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findDetectors, selectDetectors, silentOnes } from '../../../pipeline/catalogue.ts'
import { explain } from '../../../pipeline/explain/explain.ts'
import type { ToldStep } from '../../../pipeline/explain/teller.ts'
import { describeFile } from '../../../pipeline/source/file.ts'
import type { Alert } from '../../../schemas/alert.ts'
import { arrivalClock, budgetOf } from '../services/pipeline.ts'
import type { Config } from '../settings/config.ts'
import { readMedTypeMap } from '../settings/med-type-map.ts'
import { readSecretKey } from '../settings/secret-key.ts'
import { DRAIN, REPLAY_BYTES } from './replay.ts'

export interface ExplainInput {
  readonly alert: string
  readonly files: readonly string[]
  readonly drain: boolean
  readonly onRead?: (bytes: number) => void
}

/** Explains an alert from files as `replay` reads them; of the data directory only the key of its pseudonyms is looked at. */
export async function explainFiles(config: Config, input: ExplainInput, tell: (step: ToldStep) => void): Promise<Alert> {
  const { alert, files, drain, onRead } = input
  for (const file of files) describeFile(file)
  const known = await findDetectors()
  const options = {
    alert,
    files,
    onRead,
    size: { lines: config.batch_lines, bytes: REPLAY_BYTES },
    detectors: selectDetectors(known, config.detectors),
    shadow: silentOnes(known, config.shadow),
    budget: budgetOf(config, false),
    identityKey: knownKey(join(resolve(config.data_dir), 'identity.key')),
    now: arrivalClock(config),
    ...(drain && { drain: DRAIN }),
  }
  if (!config.med_type_map) return explain(options, tell)
  return explain({ ...options, onReference: (reference) => readMedTypeMap(config.med_type_map, reference) }, tell)
}

/** What was stored with it has its ids; where nothing was, any will do. */
function knownKey(path: string): Uint8Array {
  return existsSync(path) ? readSecretKey(path) : randomBytes(32)
}
