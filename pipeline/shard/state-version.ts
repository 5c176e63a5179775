import { FundwatchError } from '../../schemas/errors.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { STATE_SCHEMA_VERSION } from './record.ts'

const KEY = 'm|version'

/**
 * Notes in what form memory is written, where nothing is written yet.
 * @throws FundwatchError STATE_VERSION where another release has written it in another form
 */
export async function checkStateVersion(memory: KeyValue): Promise<void> {
  const stored = memory.get(KEY)
  const version = stored ? Number(Buffer.from(stored).toString()) : STATE_SCHEMA_VERSION
  if (version !== STATE_SCHEMA_VERSION) {
    throw new FundwatchError(
      'STATE_VERSION',
      `The data directory holds memory of version ${version}; this program reads ${STATE_SCHEMA_VERSION}.`,
    )
  }
  if (!stored) await memory.commit(new Map([[KEY, Buffer.from(String(STATE_SCHEMA_VERSION))]]))
}
