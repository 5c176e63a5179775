import { closeSync, existsSync, openSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { FundwatchError } from '../../../schemas/errors.ts'

/** Longer addresses are cut by the kernel's interface (108 bytes on Linux, 104 elsewhere), and cut ones name another file. */
const LONGEST = 103
/** Where a process finds its open files by their numbers. */
const OPEN_FILES = '/proc/self/fd'

/** A name for a socket that its file system may call by a longer path. */
export interface SocketAddress {
  readonly address: string
  /** To be called when nobody needs the address any more. */
  release(): void
}

/**
 * Addresses a socket in a directory that is there. One that lies too deep is named by the open directory instead of its path.
 * @throws FundwatchError DIRECTORY_TOO_DEEP where the system has no such names
 */
export function socketAddress(path: string): SocketAddress {
  if (Buffer.byteLength(path) <= LONGEST) return { address: path, release() {} }
  if (!existsSync(OPEN_FILES))
    throw new FundwatchError('DIRECTORY_TOO_DEEP', `${path} has more than ${LONGEST} bytes: use another --data-dir.`)
  const directory = openSync(dirname(path), 'r')
  return { address: `${OPEN_FILES}/${directory}/${basename(path)}`, release: () => closeSync(directory) }
}
