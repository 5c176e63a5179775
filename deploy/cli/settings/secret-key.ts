import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { FundwatchError } from '../../../schemas/errors.ts'

const KEY_BYTES = 32

/**
 * A secret that is made once and kept beside the data, readable by its owner only.
 * @throws FundwatchError KEY_DAMAGED where the file does not hold a whole one: what was made with it could not be read again
 */
export function readSecretKey(path: string): Uint8Array {
  if (!existsSync(path)) makeSecretKey(path)
  const key = readFileSync(path)
  if (key.length === KEY_BYTES) return key
  throw new FundwatchError('KEY_DAMAGED', `${path} holds ${key.length} bytes and not ${KEY_BYTES}: put the saved one back.`)
}

/** It is there whole or not at all, whenever the process ends; of several that make one together, the first has made it. */
export function makeSecretKey(path: string): void {
  const unfinished = `${path}.${randomBytes(4).toString('hex')}.new`
  writeFileSync(unfinished, randomBytes(KEY_BYTES), { mode: 0o600 })
  try {
    linkSync(unfinished, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(unfinished)
  }
}
