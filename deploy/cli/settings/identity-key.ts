import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprintIn, fingerprintOf, noteFingerprint } from '../../../pipeline/store/key-mark.ts'
import type { Store } from '../../../pipeline/store/store.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { readSecretKey } from './secret-key.ts'

const ADVICE =
  'Put the saved one into the data directory. If it is lost for good, begin anew: an empty data directory, and another database where clickhouse_url is set.'

/**
 * The secret of the pseudonyms. It is made where nothing was ever written, and nowhere else: with another one the same person
 * gets another pseudonym, and who comes again is a stranger.
 * @param hasHistory whether something was written with it here, or by others with whom it is shared
 * @throws FundwatchError IDENTITY_KEY_MISSING, IDENTITY_KEY_DIFFERS
 */
export async function identityKeyOf(directory: string, store: Store, hasHistory: boolean): Promise<Uint8Array> {
  const path = join(directory, 'identity.key')
  if (hasHistory && !existsSync(path)) {
    throw new FundwatchError(
      'IDENTITY_KEY_MISSING',
      `There is no ${path}, and what is stored, or written by other workers, rests on it. ${ADVICE}`,
    )
  }
  const key = readSecretKey(path)
  const [here, noted] = [fingerprintOf(key), await fingerprintIn(store)]
  if (here === noted) return key
  if (hasHistory && noted !== undefined) {
    throw new FundwatchError(
      'IDENTITY_KEY_DIFFERS',
      `What is stored was written with another identity.key (fingerprint ${noted}) than ${path} (${here}). ${ADVICE}`,
    )
  }
  // A store of a release that noted nothing learns it now.
  await noteFingerprint(store, here)
  return key
}
