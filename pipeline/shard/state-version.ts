import { FundwatchError } from '../../schemas/errors.ts'
import type { KeyValue } from '../memory/key-value.ts'

/** The version of the form in which memory is stored. */
export const STATE_SCHEMA_VERSION = 6
/** The oldest form that is read: in it nothing says when rows and settlements came, and they count as known ever since. */
const OLDEST_READ = 5

const KEY = 'm|version'

/**
 * Memory of a version that is not read is refused; what is read becomes memory of this version.
 * @throws FundwatchError STATE_VERSION
 */
export async function checkStateVersion(memory: KeyValue): Promise<void> {
  const stored = memory.get(KEY)
  const version = stored ? Number(Buffer.from(stored).toString()) : STATE_SCHEMA_VERSION
  if (version < OLDEST_READ || version > STATE_SCHEMA_VERSION) {
    throw new FundwatchError(
      'STATE_VERSION',
      `The data directory holds memory of version ${version}; this program reads ${OLDEST_READ} to ${STATE_SCHEMA_VERSION}.`,
    )
  }
  if (!stored || version < STATE_SCHEMA_VERSION) await memory.commit([[KEY, Buffer.from(String(STATE_SCHEMA_VERSION))]])
}
